// What an API says when it says no: with its status, and with as much of its own words as fits a line.

/** An answer that is no success, or not of the shape that the vendor publishes. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** The body as text, secrets taken out. May be HTML: balancers in front of APIs answer so. */
  readonly body: string;
  constructor(message: string, status: number, body: string) {
    super(message);
    this.name = "ApiRefusal";
    this.status = status;
    this.body = body;
  }
}

const EXCERPT_CHARACTERS_MAX = 160;
/** A far side that asks for more is asked again after this long all the same. */
const LATER_MS_MAX = 120_000;

/** The first words of a body, tags taken out, for the end of a sentence. */
export function excerptOf(body: string): string {
  const plain = body
    .slice(0, 4_096)
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, " ")
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (plain === "") return "";
  const short =
    plain.length > EXCERPT_CHARACTERS_MAX ? `${plain.slice(0, EXCERPT_CHARACTERS_MAX)}…` : plain;
  return `: ${short}`;
}

/** How long 429 and 503 ask to wait, milliseconds; undefined when they do not say, and for others. */
export function laterMs(
  status: number,
  header: (name: string) => string | undefined,
): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = Number(header("retry-after"));
  const isSaid = header("retry-after") !== undefined && Number.isFinite(seconds) && seconds >= 0;
  return isSaid ? Math.min(LATER_MS_MAX, seconds * 1_000) : undefined;
}

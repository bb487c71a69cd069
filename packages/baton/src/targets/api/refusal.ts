// What an API says when it says no: with its status, and with as much of its own words as fits a line.

/** An answer that is no success, or not of the shape that the vendor publishes. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** The body as text, secrets taken out. May be HTML: balancers in front of APIs answer so. */
  readonly body: string;
  /** What the vendor's support asks for, different for each request; no part of the message. */
  readonly trace: string | undefined;
  constructor(message: string, status: number, body: string, trace?: string) {
    super(message);
    this.name = "ApiRefusal";
    this.status = status;
    this.body = body;
    this.trace = trace;
  }
}

/** The message, and the vendor's number of the request where there is one. */
export function textOf(error: unknown): string {
  const { message } = error as Error;
  return error instanceof ApiRefusal && error.trace !== undefined
    ? `${message} (${error.trace})`
    : message;
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

/** As they are, and as a body or a path would write them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((one) => one !== "")
    .flatMap((one) => {
      const quoted = JSON.stringify(one).slice(1, -1);
      // Through bytes: half a surrogate pair has no form in a path.
      const inPath = encodeURIComponent(Buffer.from(one).toString());
      return [one, quoted, quoted.replaceAll("/", "\\/"), inPath];
    });
  // The longest first: one secret may begin with another.
  const longest = forms.toSorted((one, other) => other.length - one.length);
  return longest.reduce((shown, one) => shown.replaceAll(one, "***"), text);
}

/** A date as HTTP writes it, Sun, 06 Nov 1994 08:49:37 GMT; undefined for everything else. */
function httpDateMs(text: string | undefined): number | undefined {
  const isDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text ?? "");
  const ms = isDate ? Date.parse(text ?? "") : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

type HeaderOf = (name: string) => string | undefined;

/**
 * How long 429 and 503 ask to wait, milliseconds; undefined when they do not say, or it is another status. A
 * date counts from the answer's own: clocks differ. `resetMs` reads a vendor's own header where a 429 has no
 * `retry-after`.
 */
export function laterMs(
  status: number,
  header: HeaderOf,
  resetMs?: (header: HeaderOf) => number | undefined,
): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const said = header("retry-after")?.trim();
  if (said === undefined) {
    const resetsMs = status === 429 ? resetMs?.(header) : undefined;
    const isSaid = resetsMs !== undefined && Number.isFinite(resetsMs) && resetsMs >= 0;
    return isSaid ? Math.min(LATER_MS_MAX, resetsMs) : undefined;
  }
  if (/^\d+(\.\d+)?$/.test(said)) return Math.min(LATER_MS_MAX, Number(said) * 1_000);
  const untilMs = httpDateMs(said);
  if (untilMs === undefined) return undefined;
  const sentMs = httpDateMs(header("date")) ?? Date.now();
  return Math.min(LATER_MS_MAX, Math.max(0, untilMs - sentMs));
}

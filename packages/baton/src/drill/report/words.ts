// The sentences and figures that all reports share, so that terminal and page never say different
// things.
import { counted, milliseconds, seconds } from "redis-baton-dashboard/drawings";
import type { ClientResult, DrillResult, Stale, Verdict } from "../types.ts";

export type ClientKind = ClientResult["kind"];

/** In the order of the reports: Baton's own path first, then what it is compared with. */
const KINDS = {
  router: "through the router",
  "ioredis-sentinel": "ioredis with Sentinel",
  "hard-coded": "at the old address",
} as const;
const LABELS: Readonly<Record<string, string>> = KINDS;

/** The known ones first; others by their ids, in the order of the drill. */
function kindsOf({ clients }: DrillResult): readonly ClientKind[] {
  return [...new Set([...Object.keys(KINDS), ...clients.map(({ kind }) => kind)])];
}

export const VERDICTS: Readonly<Record<Verdict, string>> = {
  held: "Every promise was kept in this run.",
  broken: "At least one promise was broken in this run.",
  unknown: "This run could not tell whether the promises were kept.",
};

export interface KindResult {
  readonly kind: ClientKind;
  readonly label: string;
  readonly clients: readonly ClientResult[];
  /** The longest outage, or the longest gap; null when one of the clients never wrote again. */
  readonly worstMs: number | null;
  readonly medianMs: number | null;
}

/** Clients by kind, in the order of the reports; kinds without clients are left out. */
export function byKind(result: DrillResult): readonly KindResult[] {
  return kindsOf(result).flatMap((kind) => {
    const clients = result.clients.filter((client) => client.kind === kind);
    if (clients.length === 0) return [];
    const worstMs = clients.reduce<number | null>((worst, client) => {
      const ms = awayMs(result, client);
      return worst === null || ms === null ? null : Math.max(worst, ms);
    }, 0);
    const medianMs = result.rto.medianMs[kind] ?? null;
    return [{ kind, label: LABELS[kind] ?? printable(kind, 40), clients, worstMs, medianMs }];
  });
}

/** How long a client was without writes, as this drill measures it. */
export function awayMs({ rto }: DrillResult, { outageMs, longestGapMs }: ClientResult): number | null {
  return rto.measures === "outage" ? outageMs : longestGapMs;
}

/** Without the clients that keep to the old address: they are not to write again. */
export function followingKinds(result: DrillResult): readonly KindResult[] {
  return byKind(result).filter(({ kind }) => kind !== "hard-coded");
}

/** "worst 2.31 s"; of clients at the old address, what they were told that counts for nothing. */
export function kindFigure(result: DrillResult, { kind, worstMs }: KindResult): string {
  if (kind === "hard-coded" && result.stale !== null) return staleFigure(result.stale);
  return worstMs === null ? "one never wrote again" : `worst ${measured(worstMs)}`;
}

/** "12 stale acknowledgements over 84 ms, 11 lost" */
export function staleFigure({ windowMs, acknowledged, lost }: Stale): string {
  if (windowMs === null) return "not measured";
  if (acknowledged === 0) return "no stale acknowledgement";
  const stale = counted(acknowledged, "stale acknowledgement");
  return `${stale} over ${age(windowMs)}, ${lost} lost`;
}

/** "0 full, 2 partial" */
export const resyncFigure = ({ resyncs }: DrillResult): string =>
  `${resyncs.full} full, ${resyncs.partial} partial`;

/**
 * "2.31 s". A figure beyond the objective that would be rounded to it gets the digits that show the
 * difference.
 */
export function measured(ms: number, objectiveMs = Number.POSITIVE_INFINITY): string {
  const isHidden = ms > objectiveMs && Math.round(ms / 10) * 10 <= objectiveMs;
  return isHidden ? seconds(Math.ceil(ms), 3) : seconds(ms);
}

/** How old a lost write was: "42 ms", "1.84 s". */
function age(ms: number): string {
  return ms < 1000 ? milliseconds(ms) : seconds(ms);
}

/** "3.0 s", and as many more digits as the objective was given with. */
export function objective(ms: number): string {
  if (ms % 100 === 0) return seconds(ms, 1);
  return seconds(ms, ms % 10 === 0 ? 2 : 3);
}

function comparison(result: DrillResult): string | undefined {
  const compared = byKind(result).find(({ kind }) => kind === "ioredis-sentinel");
  if (compared === undefined) return undefined;
  return compared.worstMs === null ? "never for a client" : measured(compared.worstMs);
}

const NOT_PROMISED = "none are promised before the cure";

/** "2.31 s  (objective 3.0 s; ioredis with Sentinel in the same run: 3.42 s)" */
export function rtoFigure(result: DrillResult): string {
  const { measuredMs, objectiveMs, isPromised } = result.rto;
  const asked = isPromised === false ? NOT_PROMISED : `objective ${objective(objectiveMs)}`;
  const figure = measuredMs === null ? "never" : measured(measuredMs, objectiveMs);
  const compared = comparison(result);
  const beside =
    compared === undefined ? "" : `; ${KINDS["ioredis-sentinel"]} in the same run: ${compared}`;
  return `${figure}  (${asked}${beside})`;
}

/**
 * Where from the lost writes are: their age where all are older than the fault, a length where an old
 * primary went on acknowledging.
 */
function whence({ rpo, stale }: DrillResult, before: string): string {
  if (rpo.lost === 0) return "";
  const length = age(rpo.measuredMs);
  return stale === null ? `, the oldest ${before}${length} before the fault` : `, over ${length}`;
}

/** "0 of 4812 acknowledged writes lost (objective: at most the last 5s)" */
export function rpoFigure(result: DrillResult): string {
  const { lost, acknowledged, objective: asked, objectiveMs } = result.rpo;
  const oldest = whence(result, "");
  const allowed = objectiveMs === null ? "objective: none" : `objective: at most the last ${asked}`;
  return `${lost} of ${counted(acknowledged, "acknowledged write")} lost${oldest} (${allowed})`;
}

export function rtoSentence(result: DrillResult): string {
  const { measuredMs, objectiveMs, isPromised } = result.rto;
  const asked = isPromised === false ? NOT_PROMISED : `the objective is ${objective(objectiveMs)}`;
  const compared = comparison(result);
  const figure = measuredMs === null ? undefined : measured(measuredMs, objectiveMs);
  const who = result.cluster.baton ? "client on the router" : "client that asks the Sentinels";
  const own =
    figure === undefined
      ? `A ${who} never wrote again`
      : result.rto.measures === "outage"
        ? `Every ${who} wrote again within ${figure} of the fault`
        : `No ${who} was without acknowledged writes for more than ${figure}`;
  const beside =
    compared === undefined ? "" : ` (${KINDS["ioredis-sentinel"]} in the same run: ${compared})`;
  return `${own}; ${asked}${beside}.`;
}

export function rpoSentence(result: DrillResult): string {
  const { lost, acknowledged, objective: asked, objectiveMs } = result.rpo;
  const were = lost === 1 ? "was" : "were";
  const own = `${lost} of ${counted(acknowledged, "acknowledged write")} ${were} lost`;
  const oldest = whence(result, "from ");
  const allowed =
    objectiveMs === null
      ? "there is no objective"
      : `the objective is to lose at most the last ${asked} before the fault`;
  return `${own}${oldest}; ${allowed}.`;
}

/** "ConnectionClosed 4, READONLY 2", most frequent first; further classes are counted. */
export function errorClasses(errors: Readonly<Record<string, number>>, classesMax: number): string {
  const classes = Object.entries(errors).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const shown = classes.slice(0, classesMax).map(([name, count]) => `${printable(name, 60)} ${count}`);
  const rest = classes.length - shown.length;
  return [...shown, ...(rest > 0 ? [counted(rest, "more class", "more classes")] : [])].join(", ");
}

/**
 * Text from outside (error messages, names, log lines) made safe to show: no control or direction
 * characters, which could drive a terminal or reverse a line; one line; at most `charactersMax`
 * characters.
 */
export function printable(text: string, charactersMax: number): string {
  const clean = text
    .slice(0, 4 * charactersMax)
    .replace(/\s+/gu, " ")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  const characters = Array.from(clean);
  return characters.length <= charactersMax
    ? clean
    : `${characters.slice(0, charactersMax - 1).join("")}…`;
}

// The same fault with and without Baton, client beside client: who takes whose place where no router
// runs, and what each lived through. Pure.
import type { Fault } from "./fault.ts";
import { sentinelFailover } from "./faults/sentinel-failover.ts";
import { awayMs, measured, printable } from "./report/words.ts";
import type { DrillEvidence, DrillResult, Verdict } from "./types.ts";
import type { ClientKind } from "./workload/kind.ts";
import { hardCoded } from "./workload/kinds/hard-coded.ts";
import { clientKinds } from "./workload/kinds/index.ts";
import { ioredisSentinel } from "./workload/kinds/ioredis-sentinel.ts";

/** What one kind of client lived through on one side, all runs together. */
export interface Lived {
  readonly kind: string;
  /** How many clients, each run counted. */
  readonly clients: number;
  /** The longest outage or gap; null when one of them never wrote again. */
  readonly awayMs: number | null;
  /** Acknowledged writes. */
  readonly lost: number;
  /** Clients that did not write again in the whole cluster. */
  readonly stuck: number;
  /** Writes that were acknowledged after the fault, and count for nothing. */
  readonly stale: number;
  readonly longestCallMs: number;
}

export interface Pair {
  readonly withBaton: Lived | null;
  readonly without: Lived | null;
}

export interface Comparison {
  readonly fault: string;
  /** What was done instead where Baton does not run: a planned switchover is a command of Baton's. */
  readonly faultWithout: string;
  readonly runs: number;
  readonly clients: readonly Pair[];
  readonly verdicts: {
    readonly withBaton: readonly Verdict[];
    readonly without: readonly Verdict[];
  };
}

/** What people do today instead of what needs Baton. */
export const faultWithout = (fault: Fault): Fault =>
  fault.id === "switchover" ? sentinelFailover : fault;

/**
 * Who does the same work without a router: a plain client is given the primary's address once, and a
 * recipe through the router becomes its library as the manual shows it.
 * @returns undefined for a program of somebody's own that only knows the router.
 */
export function standInOf(kind: ClientKind): ClientKind | undefined {
  if (kind.way !== "router") return kind;
  if (kind.id === "router") return hardCoded;
  const name = kind.id.replace(/-via-router$/, "-default");
  return clientKinds.find(({ id, way }) => id === name && way !== "router");
}

/** Somebody has to follow the Sentinels, or nothing shows that writes flow again. */
export function kindsWithout(kinds: readonly ClientKind[]): readonly ClientKind[] {
  const own = kinds.map(standInOf).filter((kind) => kind !== undefined);
  const follows = own.some(({ way }) => way === "sentinel");
  return [...new Set([...own, ...(follows ? [] : [ioredisSentinel])])];
}

function staleOf({ ledger, lost }: DrillEvidence): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { client, id, sentAtMs, outcome } of ledger) {
    const isStale =
      sentAtMs >= 0 && outcome.kind === "acknowledged" && lost.get(client)?.has(id) === true;
    if (isStale) counts.set(client, (counts.get(client) ?? 0) + 1);
  }
  return counts;
}

/** null when no client of the kind took part. */
function livedOf(kind: string, runs: readonly DrillEvidence[]): Lived | null {
  const all = runs.flatMap((evidence) => {
    const stale = staleOf(evidence);
    return evidence.result.clients
      .filter((client) => client.kind === kind)
      .map((client) => ({
        ...client,
        away: awayOf(evidence.result, client),
        stale: stale.get(client.id) ?? 0,
      }));
  });
  if (all.length === 0) return null;
  const sum = (of: (one: (typeof all)[number]) => number) =>
    all.reduce((total, one) => total + of(one), 0);
  const away = all.map((one) => one.away);
  return {
    kind,
    clients: all.length,
    awayMs: away.includes(null) ? null : Math.max(...away.map((ms) => ms ?? 0)),
    lost: sum(({ lost }) => lost),
    // Nobody expects it of one that keeps to an address; whoever runs it does.
    stuck: sum((one) => (one.stuck === true || one.away === null ? 1 : 0)),
    stale: sum((one) => one.stale),
    longestCallMs: Math.max(...all.map(({ longestCallMs }) => longestCallMs)),
  };
}

const awayOf = (result: DrillResult, client: DrillResult["clients"][number]): number | null =>
  client.stuck === true ? null : awayMs(result, client);

export interface CompareInput {
  readonly fault: Fault;
  readonly kinds: readonly ClientKind[];
  readonly withBaton: readonly DrillEvidence[];
  readonly without: readonly DrillEvidence[];
}

export function comparisonOf({ fault, kinds, withBaton, without }: CompareInput): Comparison {
  const pairs = kinds.map((kind): Pair => {
    const other = standInOf(kind);
    return {
      withBaton: livedOf(kind.id, withBaton),
      without: other === undefined ? null : livedOf(other.id, without),
    };
  });
  const paired = new Set(kinds.map((kind) => standInOf(kind)?.id));
  const others = kindsWithout(kinds).filter(({ id }) => !paired.has(id));
  const alone = others.map(({ id }): Pair => ({ withBaton: null, without: livedOf(id, without) }));
  const verdictsOf = (runs: readonly DrillEvidence[]) => runs.map(({ result }) => result.verdict);
  return {
    fault: fault.id,
    faultWithout: faultWithout(fault).id,
    runs: Math.max(withBaton.length, without.length),
    clients: [...pairs, ...alone],
    verdicts: { withBaton: verdictsOf(withBaton), without: verdictsOf(without) },
  };
}

const NAMES: Readonly<Record<string, string>> = {
  router: "plain client, through the router",
  "hard-coded": "plain client, the primary's address once",
  "ioredis-sentinel": "ioredis with Sentinel",
};
const NAME_MAX = 40;

const nameOf = (lived: Lived | null): string =>
  lived === null ? "-" : (NAMES[lived.kind] ?? printable(lived.kind, NAME_MAX));

const FIGURES: readonly (readonly [string, (lived: Lived) => string])[] = [
  ["outage to the first surviving write", ({ awayMs: ms }) => (ms === null ? "never" : measured(ms))],
  ["acknowledged writes lost", ({ lost }) => String(lost)],
  ["stuck", ({ stuck, clients }) => `${stuck} of ${clients}`],
  ["stale acknowledgements", ({ stale }) => String(stale)],
  ["longest call", ({ longestCallMs }) => measured(longestCallMs)],
];

/** Cells of a table: what, with Baton, without; a row of names in front of the figures of each pair. */
export function comparisonCells({ clients }: Comparison): readonly (readonly string[])[] {
  return [
    ["", "with Baton", "without"],
    ...clients.flatMap(({ withBaton, without }) => [
      ["client", nameOf(withBaton), nameOf(without)],
      ...FIGURES.map(([what, of]) => [
        `  ${what}`,
        ...[withBaton, without].map((lived) => (lived === null ? "-" : of(lived))),
      ]),
    ]),
  ];
}

// Evidence as a drill would yield it, made up from a starting number: for the tests of the reports,
// never for a report.
import type {
  ClientResult,
  DrillEvidence,
  DrillResult,
  LedgerEntry,
  TimelineEntry,
  Verdict,
} from "../types.ts";
import { clusterFixture, PROMISES } from "./judged.fixture.ts";

export interface FixtureOptions {
  readonly seed: number;
  /**
   * `held`: nothing lost, in time. `broken`: too late, writes lost. `unknown`: a router client never
   * wrote again.
   */
  readonly story: Verdict;
  readonly clientsPerKind: number;
  /** Usual milliseconds between two writes of a client: how long the ledger gets. */
  readonly pauseMs: number;
}

export const usualFixture: FixtureOptions = { seed: 7, story: "held", clientsPerKind: 4, pauseMs: 8 };

const STARTS_MS = -1500;
const CURE_MS = 4200;
const ENDS_MS = 6500;
const OBJECTIVE_MS = 3000;

type Random = () => number;

/** mulberry32: small, good enough for a fixture, the same on every machine. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const hundredths = (ms: number): number => Math.round(ms * 100) / 100;

interface Story {
  readonly routeMs: number;
  readonly sentinelMs: number;
  /** Acknowledged writes younger than this at the fault are lost. */
  readonly lostMs: number;
}

const STORIES: Readonly<Record<Verdict, Story>> = {
  held: { routeMs: 2010, sentinelMs: 3240, lostMs: 0 },
  broken: { routeMs: 3350, sentinelMs: 4020, lostMs: 42 },
  unknown: { routeMs: 2010, sentinelMs: 3240, lostMs: 0 },
};

interface Simulated {
  readonly result: ClientResult;
  readonly ledger: readonly LedgerEntry[];
  readonly lost: ReadonlySet<number>;
}

interface SimulatedClient {
  readonly id: string;
  readonly kind: ClientResult["kind"];
  readonly backMs: number | null;
  readonly lostMs: number;
  readonly pauseMs: number;
}

/**
 * One client: a write, its answer, a pause, and again, which is what makes a held call hold the whole
 * client.
 */
function simulate(client: SimulatedClient, random: Random): Simulated {
  const ledger: LedgerEntry[] = [];
  const lost = new Set<number>();
  let atMs = STARTS_MS + random() * client.pauseMs;
  while (atMs < ENDS_MS) {
    const id = ledger.length + 1;
    const entry = write(client, id, atMs, random);
    ledger.push(entry);
    const settledAtMs = entry.settledAtMs ?? ENDS_MS;
    if (entry.outcome.kind === "acknowledged" && settledAtMs <= 0 && settledAtMs > -client.lostMs)
      lost.add(id);
    const failed = entry.outcome.kind !== "acknowledged";
    atMs = settledAtMs + (failed ? 150 + random() * 60 : client.pauseMs * (0.5 + random()));
  }
  return { result: resultOf(client, ledger, lost), ledger, lost };
}

function write(client: SimulatedClient, id: number, atMs: number, random: Random): LedgerEntry {
  const sentAtMs = hundredths(atMs);
  const base = { client: client.id, id, sentAtMs };
  const usualMs =
    0.25 + 0.5 * random() ** 4 * (random() < 0.02 ? 40 : 2) + (client.kind === "router" ? 0.12 : 0);
  const backMs = client.backMs ?? Number.POSITIVE_INFINITY;
  if (atMs + usualMs < 0 || atMs > backMs) {
    return { ...base, settledAtMs: hundredths(atMs + usualMs), outcome: { kind: "acknowledged" } };
  }
  if (atMs < 0 || (client.kind === "ioredis-sentinel" && atMs < 150)) {
    return {
      ...base,
      settledAtMs: hundredths(Math.max(atMs, 0) + 1.5),
      outcome: { kind: "unknown", error: "ConnectionClosed" },
    };
  }
  if (client.backMs === null) {
    return { ...base, settledAtMs: undefined, outcome: { kind: "unknown", error: "Timeout" } };
  }
  if (client.kind === "ioredis-sentinel" && atMs < backMs - 400) {
    return {
      ...base,
      settledAtMs: hundredths(atMs + 3 + 20 * random()),
      outcome: { kind: "failed", error: "ECONNREFUSED" },
    };
  }
  return { ...base, settledAtMs: hundredths(backMs), outcome: { kind: "acknowledged" } };
}

function resultOf(
  client: SimulatedClient,
  ledger: readonly LedgerEntry[],
  lost: ReadonlySet<number>,
): ClientResult {
  const errors: Record<string, number> = {};
  const counts = { acknowledged: 0, failed: 0, unknown: 0 };
  let outageMs: number | null = null;
  let longestCallMs = 0;
  let longestGapMs: number | null = null;
  let lastMs = 0;
  for (const entry of ledger) {
    counts[entry.outcome.kind] += 1;
    if (entry.outcome.kind !== "acknowledged")
      errors[entry.outcome.error] = (errors[entry.outcome.error] ?? 0) + 1;
    longestCallMs = Math.max(longestCallMs, hundredths((entry.settledAtMs ?? ENDS_MS) - entry.sentAtMs));
    if (outageMs === null && entry.outcome.kind === "acknowledged" && (entry.settledAtMs ?? 0) > 0) {
      outageMs = entry.settledAtMs ?? null;
    }
    if (entry.outcome.kind !== "acknowledged" || entry.settledAtMs === undefined) continue;
    if (entry.settledAtMs > 0)
      longestGapMs = Math.max(longestGapMs ?? 0, hundredths(entry.settledAtMs - lastMs));
    lastMs = entry.settledAtMs;
  }
  const { id, kind } = client;
  const { acknowledged, unknown } = counts;
  return {
    id,
    kind,
    outageMs,
    longestCallMs,
    longestGapMs,
    closed: client.kind === "router" ? 0 : 1,
    errors,
    sent: ledger.length,
    acknowledged,
    lost: lost.size,
    unknown,
    way: kind === "router" ? "router" : "sentinel",
    program: null,
    duplicated: 0,
    stuck: outageMs === null,
    complaint: null,
    reads: null,
  };
}

export function evidenceFixture(options: FixtureOptions = usualFixture): DrillEvidence {
  const random = randomFrom(options.seed);
  const story = STORIES[options.story];
  const kinds = ["ioredis-sentinel", "router"] as const;
  const simulated = kinds.flatMap((kind) =>
    Array.from({ length: options.clientsPerKind }, (_, index) => {
      const backMs = (kind === "router" ? story.routeMs + 15 : story.sentinelMs) + random() * 260;
      const isGone = options.story === "unknown" && kind === "router" && index === 1;
      const id = `${kind === "router" ? "router" : "ioredis"}-${index + 1}`;
      return simulate(
        { id, kind, backMs: isGone ? null : backMs, lostMs: story.lostMs, pauseMs: options.pauseMs },
        random,
      );
    }),
  );
  const clients = simulated.map(({ result }) => result);
  const lost = new Map(simulated.map((one) => [one.result.id, one.lost]));
  const ledger = simulated.flatMap((one) => one.ledger).sort((a, b) => a.sentAtMs - b.sentAtMs);
  return { result: drillResult(options, story, clients), ledger, lost };
}

function drillResult(
  options: FixtureOptions,
  story: Story,
  clients: readonly ClientResult[],
): DrillResult {
  const outages = (kind: ClientResult["kind"]) =>
    clients
      .filter((client) => client.kind === kind)
      .flatMap(({ outageMs }) => (outageMs === null ? [] : [outageMs]));
  const median = (values: readonly number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
  const sum = (of: (client: ClientResult) => number) =>
    clients.reduce((total, client) => total + of(client), 0);
  const isComplete = clients.every((client) => client.outageMs !== null);
  return {
    fault: "kill-primary",
    verdict: options.story,
    reasons: PROMISES[options.story].map(({ sentence }) => sentence),
    promises: PROMISES[options.story],
    rto: {
      objectiveMs: OBJECTIVE_MS,
      measures: "outage",
      measuredMs: isComplete ? Math.max(...outages("router")) : null,
      medianMs: {
        router: median(outages("router")),
        "ioredis-sentinel": median(outages("ioredis-sentinel")),
      },
    },
    rpo: {
      objective: "5s",
      objectiveMs: 5000,
      measuredMs: story.lostMs,
      acknowledged: sum((client) => client.acknowledged),
      lost: sum((client) => client.lost),
      unknown: sum((client) => client.unknown),
      duplicated: 0,
    },
    stale: null,
    resyncs: { full: 0, partial: 2 },
    targets: [],
    clients,
    timeline: timeline(story, clients),
    cluster: clusterFixture(story.routeMs - 510),
    startedAt: "2026-03-14T09:26:53.589Z",
    durationMs: ENDS_MS - STARTS_MS,
    whole: options.story !== "unknown",
  };
}

function timeline(story: Story, clients: readonly ClientResult[]): readonly TimelineEntry[] {
  const { routeMs } = story;
  const at = (atMs: number, event: string, who: string, detail = ""): TimelineEntry => ({
    atMs,
    event,
    who,
    detail,
  });
  const entries = [
    at(0, "fault", "drill", "SIGKILL to redis-server on h1 (127.41.0.11:6379), the primary"),
    at(routeMs - 500, "+sdown", "sentinel h2", "master orders 127.41.0.11 6379"),
    at(routeMs - 489, "+sdown", "sentinel h3", "master orders 127.41.0.11 6379"),
    at(routeMs - 470, "+sdown", "sentinel h1", "master orders 127.41.0.11 6379"),
    at(routeMs - 431, "+odown", "sentinel h2", "master orders 127.41.0.11 6379 #quorum 2/2"),
    at(routeMs - 352, "elected", "sentinel h2", "leader of epoch 7, with 3 of 3 votes"),
    at(routeMs - 62, "promoted", "h3", "says that it is a primary"),
    at(
      routeMs,
      "route",
      "router",
      "127.41.0.13:6379, epoch 7, early: a majority has not confirmed it yet",
    ),
    at(routeMs + 741, "confirmed", "router", "epoch 7, by 3 of 3 Sentinels"),
    at(CURE_MS, "cure", "drill", "redis-server on h1 started again with its old configuration"),
    at(CURE_MS + 171, "demoted", "h1", "replica of 127.41.0.13:6379"),
    at(CURE_MS + 1384, "whole", "drill", "3 nodes in sync, 3 of 3 Sentinels agree"),
  ];
  const writes = clients.flatMap(({ id, outageMs }) =>
    outageMs === null
      ? []
      : [at(outageMs, "first-write", id, "the first that was acknowledged and survived")],
  );
  return [...entries, ...writes].sort((a, b) => a.atMs - b.atMs);
}

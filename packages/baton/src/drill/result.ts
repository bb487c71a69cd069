// From everything that was recorded to the machine-readable result and its verdict. Pure.
import { longestGapMs } from "./measures/gap.ts";
import type { Derived } from "../cluster/types.ts";
import { median, outageMs } from "./measures/outage.ts";
import { judgeReads } from "./measures/reads.ts";
import { staleAfterReturn, staleSinceFault } from "./measures/stale.ts";
import type { Facts } from "./facts.ts";
import { timelineOf } from "./timeline.ts";
import { failedSince } from "./measures/failed.ts";
import { isStuck } from "./measures/stuck.ts";
import { expectationOf, measureOf } from "./fault.ts";
import type { ClientResult, DrillEvidence, DrillResult, LedgerEntry, MedianMs, Stale } from "./types.ts";
import { judge } from "./verdict.ts";

type Measure = DrillResult["rto"]["measures"];

const NONE: ReadonlySet<number> = new Set();

type Client = Facts["clients"][number];

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));

function stuckOf(client: Client, own: readonly LedgerEntry[], facts: Facts): boolean | null {
  if (client.way === "hard-coded") return null;
  const { audited, lastWait, injected } = facts;
  const lost = audited.byClient.get(client.id)?.lost ?? NONE;
  const wait = { sinceMs: lastWait.sinceMs - injected.atMs, withinMs: lastWait.withinMs };
  return client.isUsable?.() === false || isStuck(own, lost, wait);
}

function clientResult(client: Client, facts: Facts): ClientResult {
  const { entries, audited, closed, readings } = facts;
  const own = entries.filter((entry) => entry.client === client.id);
  const lost = audited.byClient.get(client.id)?.lost ?? NONE;
  const read = readings.get(client.id);
  const errors: Record<string, number> = {};
  let acknowledged = 0;
  let unknown = 0;
  let longestCallMs = 0;
  for (const { outcome, sentAtMs, settledAtMs } of own) {
    if (settledAtMs !== undefined) longestCallMs = Math.max(longestCallMs, settledAtMs - sentAtMs);
    if (outcome.kind === "acknowledged") acknowledged += 1;
    else errors[outcome.error] = (errors[outcome.error] ?? 0) + 1;
    if (outcome.kind === "unknown") unknown += 1;
  }
  return {
    id: client.id,
    kind: client.kind,
    outageMs: rounded(outageMs(own, lost)),
    longestCallMs: Math.round(longestCallMs),
    longestGapMs: rounded(longestGapMs(own, lost)),
    closed: closed.get(client.id) ?? 0,
    errors,
    sent: own.length,
    acknowledged,
    lost: lost.size,
    unknown,
    way: client.way,
    program: client.program ?? null,
    duplicated: audited.byClient.get(client.id)?.duplicated ?? 0,
    stuck: stuckOf(client, own, facts),
    complaint: client.complaint?.() ?? null,
    reads: read === undefined ? null : judgeReads(read, own, lost),
  };
}

/** null without clients that keep to the old address. */
function staleOf({ fault, injected, cure, probedMs, finalPrimary, ...facts }: Facts): Stale | null {
  const { entries, audited, clients } = facts;
  const hardCoded = new Set(clients.filter(({ way }) => way === "hard-coded").map(({ id }) => id));
  const input = {
    entries,
    isLost: ({ client, id }: LedgerEntry) => audited.byClient.get(client)?.lost.has(id) === true,
    isHardCoded: (client: string) => hardCoded.has(client),
    maxMs: fault.staleMaxMs,
  };
  if (fault.staleSince === "fault") return staleSinceFault(input);
  if (fault.staleSince === undefined || cure === undefined) return null;
  return staleAfterReturn(input, {
    cureAtMs: cure.atMs - injected.atMs,
    probedAtMs: probedMs === undefined ? undefined : probedMs - injected.atMs,
    isPrimaryAgain: finalPrimary === injected.host,
  });
}

/** By the word of any Sentinel since the fault, or by who is primary in the end. */
function movedTo({ finalPrimary, injected, seen }: Facts): string | undefined {
  const isNamed = seen.some(
    ({ event, monotonicMs }) => event === "confirmed" && monotonicMs >= injected.atMs,
  );
  return isNamed || finalPrimary !== injected.host ? finalPrimary : undefined;
}

/** undefined where the cure may disturb a client on the router, or there was none. */
function failedAfterCure({ fault, cure, injected, entries, clients, ...facts }: Facts) {
  if (fault.isCureQuiet !== true || cure === undefined || facts.isStock === true) return undefined;
  const routers = new Set(clients.filter(({ kind }) => kind === "router").map(({ id }) => id));
  const own = entries.filter(({ client }) => routers.has(client));
  return failedSince(own, cure.atMs - injected.atMs);
}

type Chosen = (client: ClientResult) => boolean;

const ofKind =
  (wanted: string): Chosen =>
  ({ kind }) =>
    kind === wanted;
const isFollowing: Chosen = ({ way }) => way !== "hard-coded";

/** What the rto is measured by: see `DrillResult.rto.measures`. */
function awayOf(clients: readonly ClientResult[], isChosen: Chosen, measures: Measure) {
  return clients
    .filter(isChosen)
    .map(({ outageMs, longestGapMs }) => (measures === "outage" ? outageMs : longestGapMs));
}

function mediansOf(clients: readonly ClientResult[], measures: Measure): MedianMs {
  const medianOf = (kind: string) => median(awayOf(clients, ofKind(kind), measures).filter(isNumber));
  const following = clients.filter(isFollowing).map(({ kind }) => kind);
  const others = [...new Set(following)].map((kind) => [kind, medianOf(kind)] as const);
  const always = { router: medianOf("router"), "ioredis-sentinel": medianOf("ioredis-sentinel") };
  return { ...always, ...Object.fromEntries(others) };
}

const isNumber = (value: number | null): value is number => value !== null;

function worst(outages: readonly (number | null)[]): number | null {
  return outages.length > 0 && outages.every(isNumber) ? Math.max(...outages) : null;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function rtoOf(
  { fault, lab, isStock = false }: Facts,
  clients: readonly ClientResult[],
): DrillResult["rto"] {
  const measures = measureOf(fault);
  return {
    objectiveMs: lab.layout.cluster.objectives.rtoMs,
    measures,
    measuredMs: worst(awayOf(clients, isStock ? isFollowing : ofKind("router"), measures)),
    medianMs: mediansOf(clients, measures),
    ...(expectationOf(fault) === "pause" ? { isPromised: false as const } : {}),
  };
}

function rpoOf({ lab, audited }: Facts, clients: readonly ClientResult[]): DrillResult["rpo"] {
  const { rpo } = lab.layout.cluster.objectives;
  const asked =
    rpo.kind === "none" ? { text: "none", ms: null } : { text: `${rpo.ms / 1000}s`, ms: rpo.ms };
  const found = [...audited.byClient.values()];
  return {
    objective: asked.text,
    objectiveMs: asked.ms,
    measuredMs: Math.round(Math.max(0, ...found.map(({ lostWindowMs }) => lostWindowMs))),
    acknowledged: sum(clients.map(({ acknowledged }) => acknowledged)),
    lost: sum(clients.map(({ lost }) => lost)),
    unknown: sum(clients.map(({ unknown }) => unknown)),
    duplicated: sum(found.map(({ duplicated }) => duplicated)),
  };
}

function clusterOf({ lab, group, versions, isStock = false }: Facts): DrillResult["cluster"] {
  const { cluster, sentinels } = lab.layout;
  const { timings } = group;
  return {
    name: cluster.name,
    group: group.name,
    versions,
    downAfterMs: timings.downAfterMs.value,
    failoverTimeoutMs: timings.failoverTimeoutMs.value,
    nodes: group.nodes.length,
    sentinels: sentinels.length,
    wires: lab.wires,
    ...(lab.hosts === undefined ? {} : { place: "hosts" as const }),
    baton: !isStock,
    durability: cluster.router.durability,
    timings: Object.entries(timings).map(([timing, derived]: [string, Derived]) => {
      const { value, reason, origin } = derived;
      return { name: timing, value, reason, origin };
    }),
    hosts: cluster.hosts.map(({ name, zone, address, runs }) => ({ name, zone, address, runs })),
  };
}

export function resultOf(facts: Facts): DrillEvidence {
  const { fault, injected, entries, audited, wholeMs } = facts;
  const clients = facts.clients.map((client) => clientResult(client, facts));
  const measured = { rto: rtoOf(facts, clients), rpo: rpoOf(facts, clients), stale: staleOf(facts) };
  const ghosts = sum([...audited.byClient.values()].map((writes) => writes.ghosts));
  const isLossless = fault.isLossless === true;
  const isWhole = wholeMs !== undefined && audited.differences.length === 0;
  const judged = judge({
    ...facts,
    ...measured,
    clients,
    backwards: entries.filter(({ sentAtMs, settledAtMs = sentAtMs }) => settledAtMs < sentAtMs).length,
    isLossless,
    isWhole,
    ghosts,
    isSilent: fault.silent === "primary",
    expects: expectationOf(fault),
    endsWithinMs: fault.endsWithinMs ?? 0,
    movedTo: movedTo(facts),
    failedAfterCure: failedAfterCure(facts),
  });
  const result: DrillResult = {
    fault: fault.id,
    ...judged,
    ...measured,
    resyncs: facts.resyncs,
    clients,
    targets: facts.targets,
    timeline: timelineOf(facts, measured.stale),
    cluster: clusterOf(facts),
    startedAt: facts.startedAt,
    durationMs: Math.round(facts.endedMs - injected.atMs),
    whole: isWhole,
  };
  const lost = new Map([...audited.byClient].map(([client, writes]) => [client, writes.lost]));
  return { result, ledger: entries, lost };
}

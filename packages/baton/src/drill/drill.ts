// One drill from beginning to end: a healthy cluster, a workload, a fault, a cure, an audit, a verdict.
import { findPrimary } from "redis-baton-client";
import type { GroupPlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import type { LabHandle } from "../lab/index.ts";
import type { Clock } from "../sys/clock.ts";
import { watchPresence } from "../sys/presence.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { audit } from "./audit.ts";
import type { Fault, Injected } from "./fault.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import type { Facts } from "./facts.ts";
import { resultOf } from "./result.ts";
import type { DrillEvidence } from "./types.ts";
import { readJournals, type Watch, watchSentinels } from "./watch.ts";
import { type Doors, lookCaughtUp, lookWhole, openDoors, redisVersions } from "./whole.ts";
import { openSentinelClient } from "./workload/ioredis-sentinel.ts";
import { openRouterClient } from "./workload/router.ts";
import { startWorkload, type Workload } from "./workload/workload.ts";

export interface DrillOptions {
  readonly lab: LabHandle;
  readonly fault: Fault;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Clients of each kind; 1 to 100. */
  readonly clientsOfEachKind: number;
  readonly onProgress: (sentence: string) => void;
}

/** Acknowledged writes that each client must have before the fault, and again after it. */
const WARM_WRITES = 50;
const AFTER_WRITES = 50;

interface Stage {
  readonly options: DrillOptions;
  readonly group: GroupPlan;
  readonly doors: Doors;
  readonly watch: Watch;
  readonly ledger: Ledger;
  readonly workload: Workload;
  readonly keyOf: (client: string) => string;
}

function firstGroup(lab: LabHandle): GroupPlan {
  const [group] = lab.layout.groups;
  if (group === undefined)
    throw new BatonError("UNABLE", `lab ${lab.name}: its cluster file has no group`);
  return group;
}

function openClients({ lab, clientsOfEachKind }: DrillOptions, group: GroupPlan) {
  const router = lab.layout.routers.find((plan) => plan.group === group.name);
  if (router === undefined) {
    throw new BatonError(
      "UNABLE",
      `lab ${lab.name}: no host runs a router for ${group.name}, and a drill measures it`,
    );
  }
  const password = lab.secrets.application;
  const sentinels = lab.layout.sentinels.map(({ address, port }) => ({ host: address, port }));
  const { address, port } = router;
  const numbers = Array.from({ length: clientsOfEachKind }, (_, index) => index + 1);
  return [
    ...numbers.map((number) => openRouterClient({ id: `router-${number}`, address, port, password })),
    ...numbers.map((number) =>
      openSentinelClient({ id: `ioredis-${number}`, sentinels, group: group.name, password }),
    ),
  ];
}

/** Every client has this many acknowledged writes that were sent after the moment. */
async function untilAllWrote(
  stage: Stage,
  what: string,
  sinceMs: number,
  writes: number,
  withinMs: number,
): Promise<void> {
  const { ledger, workload, options } = stage;
  const look = () => {
    const behind = workload.clients.filter(({ id }) => ledger.acknowledgedSince(id, sinceMs) < writes);
    return behind.length === 0
      ? seen(true)
      : missing(`writes of ${behind.map(({ id }) => id).join(", ")}`);
  };
  await waitFor(what, look, { withinMs, everyMs: 20, signal: options.signal, clock: options.clock });
}

async function primaryHost({ options, group }: Stage): Promise<string> {
  const { lab, signal } = options;
  const sentinels = lab.layout.sentinels.map(({ address, port }) => ({ host: address, port }));
  const found = await findPrimary({
    sentinels,
    group: group.name,
    password: lab.secrets.application,
    signal,
  });
  if (found.kind !== "found")
    throw new BatonError("UNABLE", `who is primary is not clear: ${found.reason}`);
  const node = group.nodes.find(({ address, port }) => address === found.host && port === found.port);
  if (node === undefined)
    throw new BatonError("UNABLE", `the primary ${found.host}:${found.port} is not in the layout`);
  return node.host;
}

/** What may go wrong after the fault is a finding, not an error: it is kept and judged. */
async function attempt(findings: string[], run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    findings.push(error.message);
    return false;
  }
}

/**
 * Down-after, a first attempt that fails, and the second: nobody should have to wait longer than
 * this.
 */
function patienceMs({ timings }: GroupPlan): number {
  return timings.downAfterMs.value + 2 * timings.failoverTimeoutMs.value + 10_000;
}

async function breakAndCure(
  stage: Stage,
  injected: Injected,
): Promise<Pick<Facts, "cure" | "wholeMs" | "findings">> {
  const { options, group, doors } = stage;
  const { clock, signal, onProgress } = options;
  const findings: string[] = [];
  const withinMs = patienceMs(group);
  await attempt(findings, () =>
    untilAllWrote(stage, "every client to write again", injected.atMs, 1, withinMs),
  );
  await attempt(findings, () =>
    untilAllWrote(stage, "steady writes", injected.atMs, AFTER_WRITES, 10_000),
  );
  onProgress(`writes flow again; bringing ${injected.host} back`);
  const cure = await injected.cure();
  let wholeMs: number | undefined;
  const isWhole = await attempt(findings, async () => {
    const look = async () => await lookWhole(doors, group);
    await waitFor("the cluster to be whole again", look, {
      withinMs: 40_000,
      everyMs: 100,
      signal,
      clock,
    });
    wholeMs = clock.monotonicMs();
  });
  if (isWhole) onProgress("whole again: one primary, every replica in sync, every Sentinel agrees");
  return { cure, wholeMs, findings };
}

async function perform(stage: Stage): Promise<DrillEvidence> {
  const { options, group, doors, watch, ledger, workload } = stage;
  const { lab, fault, clock, onProgress } = options;
  const startedMs = clock.monotonicMs();
  await untilAllWrote(stage, "every client to write", startedMs, WARM_WRITES, 20_000);
  const versions = await redisVersions(doors);
  const presence = watchPresence(clock);
  const primary = await primaryHost(stage);
  presence.read();
  const injected = await fault.inject({ lab, primary });
  const startedAt = new Date(clock.wallMs() - (clock.monotonicMs() - injected.atMs)).toISOString();
  onProgress(injected.sentence);
  const after = await breakAndCure(stage, injected);
  const { stalledMs } = presence.read();
  presence.close();
  await workload.stop(10_000);
  const findings = [...after.findings];
  await attempt(findings, () =>
    waitFor("the replicas to catch up", () => lookCaughtUp(doors), { withinMs: 10_000 }),
  );
  onProgress("reading every write back from the final primary");
  const entries = ledger.entries(injected.atMs);
  const audited = await audit({ ...stage, lab, entries, primary: await primaryHost(stage) });
  const journals = await readJournals(lab, injected.atMs);
  const { cure, wholeMs } = after;
  return resultOf({
    fault,
    lab,
    group,
    versions,
    injected,
    cure,
    wholeMs: findings.length === 0 ? wholeMs : undefined,
    findings,
    entries,
    audited,
    clients: workload.clients,
    seen: [...watch.seen, ...journals],
    startedAt,
    endedMs: clock.monotonicMs(),
    stalledMs,
  });
}

/**
 * @throws BatonError when the drill cannot begin, or when the final primary cannot be read: then
 * nothing is known.
 */
export async function runDrill(options: DrillOptions): Promise<DrillEvidence> {
  const { lab, clock, signal, onProgress } = options;
  const group = firstGroup(lab);
  const doors = openDoors(lab, group);
  const watch = watchSentinels(lab, clock);
  try {
    const look = async () => await lookWhole(doors, group);
    await waitFor("a healthy cluster to begin with", look, { withinMs: 20_000, signal, clock });
    const ledger = openLedger();
    const run = `baton:drill:${Math.round(clock.wallMs()).toString(36)}`;
    const keyOf = (client: string) => `${run}:${client}`;
    const workload = startWorkload({ clients: openClients(options, group), ledger, clock, keyOf });
    onProgress(`${workload.clients.length} clients write, ${options.clientsOfEachKind} of each kind`);
    try {
      return await perform({ options, group, doors, watch, ledger, workload, keyOf });
    } finally {
      await workload.stop(100);
    }
  } finally {
    watch.close();
    doors.close();
  }
}

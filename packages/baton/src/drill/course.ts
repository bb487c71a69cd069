// What a drill waits for, in order: writes that flow again, the cure, the answer of who came back, a
// cluster that is whole.
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { slowness } from "../sys/clock.ts";
import { isFollowing, isRouter, isUsable } from "./clients.ts";
import type { DrillOptions } from "./drill.ts";
import type { Facts, LastWait } from "./facts.ts";
import { type Deed, expectationOf, type Injected, measureOf } from "./fault.ts";
import type { Ledger } from "./ledger.ts";
import { type Limit, watchOutage } from "./limit.ts";
import { startProbe } from "./probe.ts";
import type { TargetWatch } from "./targets/watch.ts";
import type { Watch } from "./watch.ts";
import { type Doors, lookWhole } from "./whole.ts";
import type { WorkloadClient } from "./workload/client.ts";
import { PACE_MS, type Workload } from "./workload/workload.ts";

export interface Stage {
  readonly options: DrillOptions;
  readonly group: GroupPlan;
  /** Primary when the clients were opened. */
  readonly primary: NodePlan;
  readonly doors: Doors;
  readonly watch: Watch;
  readonly targets: TargetWatch;
  readonly ledger: Ledger;
  readonly workload: Workload;
  readonly keyOf: (client: string) => string;
}

/** Long enough for so many writes of a client, one after the other. */
export function writingMs(writes: number, { paceMs = PACE_MS }: DrillOptions): number {
  return 10_000 + writes * paceMs;
}

/** Acknowledged writes of each client on the router: after the fault, and again at the end. */
const AFTER_WRITES = 50;

/** A client that has not written by then, in a cluster that is whole, is stuck. */
const STUCK_MS = 20_000;

/** What may go wrong after the fault is a finding, not an error: it is kept and judged. */
export async function attempt(findings: string[], run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    if (!findings.includes(error.message)) findings.push(error.message);
    return false;
  }
}

export interface Wanted {
  /** Only writes sent after this moment count. */
  readonly sinceMs: number;
  /** So many acknowledged writes of each client. */
  readonly writes: number;
  readonly withinMs: number;
}

function named(client: WorkloadClient, ledger: Ledger): string {
  const said = client.complaint?.() ?? ledger.lastError(client.id);
  return said === undefined ? client.id : `${client.id} (${said})`;
}

export async function untilWrote(
  { ledger, options }: Stage,
  what: string,
  clients: readonly WorkloadClient[],
  { sinceMs, writes, withinMs }: Wanted,
): Promise<void> {
  const look = () => {
    const behind = clients.filter(({ id }) => ledger.acknowledgedSince(id, sinceMs) < writes);
    return behind.length === 0
      ? seen(true)
      : missing(`writes of ${behind.map((client) => named(client, ledger)).join(", ")}`);
  };
  await waitFor(what, look, { withinMs, everyMs: 20, signal: options.signal, clock: options.clock });
}

/**
 * Down-after, a first attempt that fails, and the second: nobody should have to wait longer than
 * this.
 */
function patienceMs({ timings }: GroupPlan): number {
  return timings.downAfterMs.value + 2 * timings.failoverTimeoutMs.value + 10_000;
}

/** A client on the router that does not write is a finding; one it is compared with shows in its row. */
async function untilFlowing(stage: Stage, injected: Injected, findings: string[]): Promise<void> {
  const { group, workload, options } = stage;
  const routers = workload.clients.filter(isRouter);
  const following = workload.clients.filter(isFollowing);
  const sinceMs = injected.atMs;
  const first = { sinceMs, writes: 1, withinMs: patienceMs(group) };
  const steady = { sinceMs, writes: AFTER_WRITES, withinMs: writingMs(AFTER_WRITES, options) };
  await attempt(findings, () => untilWrote(stage, "every client to write again", routers, first));
  await attempt(findings, () => untilWrote(stage, "steady writes", routers, steady));
  if (options.fault.silent !== undefined) return;
  const others = following.filter(isUsable);
  await attempt([], () => untilWrote(stage, "every client to write again", others, first));
}

/** Where clients still reach the old primary, writes that flow say nothing about a new one. */
async function untilMoved({ options, group, watch }: Stage, injected: Injected): Promise<void> {
  const isNamed = () =>
    watch.seen.some(({ event, monotonicMs }) => event === "confirmed" && monotonicMs >= injected.atMs);
  const look = () => (isNamed() ? seen(true) : missing("a Sentinel that says +switch-master"));
  const { signal, clock } = options;
  await waitFor("the Sentinels to name another primary", look, {
    withinMs: patienceMs(group),
    everyMs: 20,
    signal,
    clock,
  });
}

/** What is to come true while the fault lasts, before the cure. */
async function endure(stage: Stage, injected: Injected, findings: string[]): Promise<void> {
  const { fault, isStock = false } = stage.options;
  const expected = expectationOf(fault);
  if (expected === "pause") return;
  await untilFlowing(stage, injected, findings);
  // Without a router nobody is sure to show it either: other clients may wait for the cure.
  const hidesIt = expected === "failover" && (isStock || measureOf(fault) === "longest-gap");
  if (hidesIt && injected.cure !== undefined) await attempt(findings, () => untilMoved(stage, injected));
}

type Course = Pick<Facts, "cure" | "ended" | "probedMs" | "wholeMs" | "findings" | "lastWait">;

async function untilWhole(stage: Stage, findings: string[]): Promise<number | undefined> {
  const { options, group, doors } = stage;
  const { clock, signal, onProgress } = options;
  let wholeMs: number | undefined;
  const look = async () => await lookWhole(doors, group);
  const isWhole = await attempt(findings, async () => {
    const patience = { withinMs: 40_000, everyMs: 100, signal, clock };
    await waitFor("the cluster to be whole again", look, patience);
    wholeMs = clock.monotonicMs();
  });
  if (isWhole) onProgress("whole again: one primary, every replica in sync, every Sentinel agrees");
  return wholeMs;
}

/** Writes after everything is over, too: what the end of the story costs a client shows in them. */
async function untilSteady(stage: Stage, findings: string[]): Promise<LastWait> {
  const { workload, options } = stage;
  const withinMs = writingMs(AFTER_WRITES, options);
  const wanted = { sinceMs: options.clock.monotonicMs(), writes: AFTER_WRITES, withinMs };
  const routers = workload.clients.filter(isRouter);
  await attempt(findings, () => untilWrote(stage, "writes in the whole cluster", routers, wanted));
  const { sinceMs } = wanted;
  const lastWait = { sinceMs, withinMs: STUCK_MS * slowness() };
  const spentMs = options.clock.monotonicMs() - sinceMs;
  const rest = { sinceMs, writes: 1, withinMs: Math.max(0, STUCK_MS - spentMs / slowness()) };
  const others = workload.clients.filter((client) => isFollowing(client) && isUsable(client));
  await attempt([], () => untilWrote(stage, "writes in the whole cluster", others, rest));
  return lastWait;
}

async function cured(stage: Stage, injected: Injected, findings: string[]): Promise<Deed | undefined> {
  if (injected.cure === undefined) return undefined;
  const { clock, signal, fault, onProgress } = stage.options;
  const restMs = injected.atMs + (fault.cureAfterMs ?? 0) - clock.monotonicMs();
  const meanwhile = { failover: "writes flow again", "no-failover": "writes go on", pause: "broken" };
  const state = meanwhile[expectationOf(fault)];
  if (restMs > 0) {
    onProgress(`${state}; the cure comes in ${Math.ceil(restMs / 1000)} s`);
    await attempt(findings, () => clock.sleep(restMs, signal));
  }
  const deed = await injected.cure();
  onProgress(`${state}; cured: ${deed.sentence}`);
  return deed;
}

/** A drill that ends early leaves nothing broken behind, in a lab that goes on without it. */
export async function breakAndCure(stage: Stage, injected: Injected): Promise<Course> {
  const limit = watchOutage(stage, injected.atMs);
  try {
    return await run(stage, injected, limit);
  } catch (error) {
    // What went wrong first is what is told.
    await injected.cure?.().catch(() => undefined);
    throw error;
  } finally {
    await limit.close();
  }
}

async function run(stage: Stage, injected: Injected, limit: Limit): Promise<Course> {
  const { options, primary } = stage;
  const { lab, fault, clock } = options;
  const findings: string[] = [];
  // A broken limit ends all waiting before the cure, and nothing after it.
  const signal = AbortSignal.any([options.signal, limit.signal]);
  const bounded: Stage = { ...stage, options: { ...options, signal } };
  await endure(bounded, injected, findings);
  let ended: Deed | undefined;
  await attempt(findings, async () => {
    ended = await injected.ended?.();
  });
  const { address, port } = primary;
  const { application: password, tls } = lab.secrets;
  const probe =
    fault.staleSince === "cure" ? startProbe({ address, port, password, tls, clock }) : undefined;
  try {
    const cure = await cured(bounded, injected, findings);
    await limit.close();
    const wholeMs = await untilWhole(stage, findings);
    const lastWait = await untilSteady(stage, findings);
    return { cure, ended, probedMs: probe?.answeredMs, wholeMs, findings, lastWait };
  } finally {
    await probe?.stop();
  }
}

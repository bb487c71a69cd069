// One round: a whole cluster under load, a fault, its cure, a whole cluster again, and the look for every
// write that was acknowledged.
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import { audit } from "../../packages/baton/src/drill/audit.ts";
import type { WritesFound } from "../../packages/baton/src/drill/measures/writes.ts";
import { attempt } from "../../packages/baton/src/drill/course.ts";
import { type Doors, lookCaughtUp, lookWhole } from "../../packages/baton/src/drill/whole.ts";
import type { LabHandle } from "../../packages/baton/src/lab/index.ts";
import { asList } from "../../packages/baton/src/redis/replies.ts";
import type { Clock } from "../../packages/baton/src/sys/clock.ts";
import { type Look, missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import type { Drill } from "./drills.ts";
import { type RoundResult, roundOf } from "./figures.ts";
import { type Load, startLoad } from "./load.ts";

export interface Stage {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  readonly doors: Doors;
  readonly clientsOfEachRouter: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A failover that goes wrong twice, and everything after it. */
const WHOLE_MS = 60_000;
const RECOVER_MS = 40_000;
/** Of each client: before the fault, with the new primary, and in the whole cluster at the end. */
const WRITES = 50;
/**
 * A partition goes on for so long with two primaries that both have clients: long enough for a router to
 * give up a write that is not confirmed, and to refuse the next ones.
 */
const SPLIT_MS = 5_000;
/** Longer than a client waits for an answer. */
const STOP_MS = 12_000;
const PRIORITY = "100";

/** Whole, and nobody is left out of the choice of the next primary. */
async function lookReady({ doors, group }: Stage): Promise<Look<string>> {
  const looked = await lookWhole(doors, group);
  if (!looked.done) return looked;
  for (const [host, door] of doors.nodes) {
    const [, priority] = asList(await door.call(["CONFIG", "GET", "replica-priority"]), "CONFIG GET");
    if (priority !== PRIORITY) return missing(`${host} has priority ${String(priority)}`);
  }
  return looked;
}

async function untilWhole(stage: Stage): Promise<string> {
  const { clock, signal } = stage;
  const patience = { withinMs: WHOLE_MS, everyMs: 50, signal, clock };
  return await waitFor("the cluster to be whole", () => lookReady(stage), patience);
}

/** So many writes of each of the clients, sent after `sinceMs`. */
async function untilWrote(
  { clock, signal }: Stage,
  { ledger }: Load,
  clients: readonly string[],
  sinceMs: number,
): Promise<void> {
  const look = () => {
    const behind = clients.filter((client) => ledger.acknowledgedSince(client, sinceMs) < WRITES);
    return behind.length === 0 ? seen(true) : missing(behind.join(", "));
  };
  const patience = { withinMs: RECOVER_MS, everyMs: 20, signal, clock };
  await waitFor(`${WRITES} writes of every client`, look, patience);
}

/** Monotonic milliseconds. */
interface Course {
  readonly faultMs: number;
  readonly completeMs: number;
  readonly curedMs: number;
}

async function breakAndCure(
  stage: Stage,
  load: Load,
  { drill, from, reasons }: { drill: Drill; from: string; reasons: string[] },
): Promise<Course> {
  const { lab, group, clock, signal } = stage;
  const all = [...load.staying, ...load.cutOff];
  const injected = await drill.inject({ lab, group: group.name, primary: from, signal });
  const { atMs: faultMs, completeMs } = injected;
  let curedMs = Number.POSITIVE_INFINITY;
  try {
    const served = drill.isSplit ? load.staying : all;
    const isServed = await attempt(reasons, () => untilWrote(stage, load, served, completeMs));
    if (drill.isSplit && isServed) await clock.sleep(SPLIT_MS, signal);
  } finally {
    await attempt(reasons, async () => {
      curedMs = (await injected.cure?.())?.atMs ?? curedMs;
    });
  }
  return { faultMs, completeMs, curedMs };
}

const closedSoFar = ({ workload }: Load): number =>
  workload.clients.reduce((sum, client) => sum + client.closed(), 0);

interface Judged {
  readonly to: string | null;
  readonly found: ReadonlyMap<string, WritesFound> | undefined;
  readonly closed: number;
}

/** Writes in the whole cluster, then none, and the lists of the primary that all agree on. */
async function judge(stage: Stage, load: Load, from: string, reasons: string[]): Promise<Judged> {
  const { lab, group, doors, clock, signal } = stage;
  const { workload, ledger, keyOf, staying, cutOff } = load;
  let to: string | null = null;
  let found: Judged["found"];
  let closed = 0;
  await attempt(reasons, async () => {
    to = await untilWhole(stage);
    if (to === from) reasons.push(`${from} is primary still`);
    const everybody = [...staying, ...cutOff];
    await attempt(reasons, () => untilWrote(stage, load, everybody, clock.monotonicMs()));
    // Its end closes them all, and that is not what is asked.
    closed = closedSoFar(load);
    await workload.stop(STOP_MS);
    const patience = { withinMs: 20_000, signal, clock };
    await waitFor("the replicas to catch up", () => lookCaughtUp(doors), patience);
    const input = { lab, group, workload, entries: ledger.entries(0), keyOf, primary: to };
    const { byClient, differences } = await audit({ ...input, cureAtMs: undefined });
    found = byClient;
    reasons.push(...differences);
  });
  return { to, found, closed };
}

async function play(
  stage: Stage,
  load: Load,
  { drill, number, from }: { drill: Drill; number: number; from: string },
): Promise<RoundResult> {
  const { clock } = stage;
  const { ledger, staying, cutOff } = load;
  const startedMs = clock.monotonicMs();
  const reasons: string[] = [];
  const all = [...staying, ...cutOff];
  await attempt(reasons, () => untilWrote(stage, load, all, startedMs));
  const closedBefore = closedSoFar(load);
  const course = await breakAndCure(stage, load, { drill, from, reasons });
  const { faultMs, completeMs, curedMs } = course;
  const { closed, ...judged } = await judge(stage, load, from, reasons);
  return roundOf({
    number,
    drill: drill.id,
    from,
    ...judged,
    tookMs: Math.round(clock.monotonicMs() - startedMs),
    entries: ledger.entries(faultMs),
    served: drill.isSplit ? staying : all,
    cutOff: drill.isSplit ? cutOff : [],
    cutFromMs: completeMs - faultMs,
    cutUntilMs: curedMs - faultMs,
    closed: Math.max(0, closed - closedBefore),
    reasons,
  });
}

/**
 * What does not come true in time makes a failed round, which is judged all the same where it can be.
 * @throws BatonError NOT_READY when the cluster is not whole at the start; what the fault throws.
 */
export async function playRound(stage: Stage, drill: Drill, number: number): Promise<RoundResult> {
  const { lab, group, clientsOfEachRouter, clock } = stage;
  const from = await untilWhole(stage);
  const round = `${drill.id}:${number}`;
  const load = startLoad({ lab, group, clientsOfEachRouter, round, clock });
  try {
    return await play(stage, load, { drill, number, from });
  } finally {
    await load.workload.stop(100);
  }
}

// One variant from its lab to its figures: a load that never stops, move after move, and an audit.
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import { audit } from "../../packages/baton/src/drill/audit.ts";
import { resyncsBetween } from "../../packages/baton/src/drill/measures/resyncs.ts";
import { median } from "../../packages/baton/src/drill/measures/outage.ts";
import {
  type Doors,
  lookCaughtUp,
  lookWhole,
  openDoors,
  readSyncCounts,
} from "../../packages/baton/src/drill/whole.ts";
import { startWorkload, type Workload } from "../../packages/baton/src/drill/workload/workload.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { type LabHandle, startLab } from "../../packages/baton/src/lab/index.ts";
import type { Clock } from "../../packages/baton/src/sys/clock.ts";
import { type Presence, watchPresence } from "../../packages/baton/src/sys/presence.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { figuresOf, type MoveFacts, type VariantResult } from "./figures.ts";
import { type Meter, openMeter } from "./meter.ts";
import type { Variant } from "./variants.ts";

export interface RoundOptions {
  readonly variant: Variant;
  readonly times: number;
  readonly clients: number;
  readonly writesPerSecond: number;
  readonly clock: Clock;
  readonly onProgress: (line: string) => void;
}

interface Round extends RoundOptions {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  readonly doors: Doors;
  readonly meter: Meter;
  readonly workload: Workload;
  readonly presence: Presence;
  readonly findings: string[];
  readonly signal: AbortSignal;
}

/** A failover that goes wrong twice, and everything after it. */
const WHOLE_MS = 60_000;
/** A Sentinel that has taken the order and promotes nobody gives up long before. */
const MOVED_MS = 30_000;
/** Timers are late, never early: with its whole share of the time as pace, a client falls behind. */
const HASTE = 0.75;
const keyOf = (client: string) => `baton:bench:${client}`;

async function untilWhole({ doors, group, clock, signal }: Round): Promise<string> {
  const look = async () => await lookWhole(doors, group);
  const patience = { withinMs: WHOLE_MS, everyMs: 50, signal, clock };
  return await waitFor("the cluster to be whole", look, patience);
}

/** @returns the host of the new primary, or of the old one where nothing has moved. */
async function untilMoved(round: Round, from: string): Promise<string> {
  const look = async () => {
    const looked = await lookWhole(round.doors, round.group);
    return looked.done && looked.value === from ? missing(`${from} is primary still`) : looked;
  };
  const patience = { withinMs: MOVED_MS, everyMs: 50, signal: round.signal, clock: round.clock };
  try {
    return await waitFor("the primary to move", look, patience);
  } catch (error) {
    if (!(error instanceof BatonError) || error.code !== "NOT_READY") throw error;
    return await untilWhole(round);
  }
}

const outcomeOf = (said: string, hasMoved: boolean): string =>
  said === "ordered" ? (hasMoved ? "done" : "not moved") : said;

async function moveOnce(round: Round, from: string): Promise<MoveFacts> {
  const { variant, lab, group, doors, meter, workload, presence, clock, signal } = round;
  const syncsBefore = await readSyncCounts(doors);
  const closedBefore = workload.clients.map((client) => client.closed());
  presence.read();
  meter.begin();
  const startedMs = clock.monotonicMs();
  const moved = await variant.move({ lab, group, primary: from }, signal);
  const isOver = moved.outcome === "refused" || moved.outcome === "undone";
  const to = isOver ? await untilWhole(round) : await untilMoved(round, from);
  const wholeMs = clock.monotonicMs();
  const { gapsMs, errors } = meter.read();
  const closed = workload.clients.map((client, index) => client.closed() - (closedBefore[index] ?? 0));
  return {
    ...moved,
    outcome: outcomeOf(moved.outcome, to !== from),
    startedMs,
    wholeMs,
    from,
    to,
    gapMedianMs: Math.round(median(gapsMs) ?? 0),
    gapWorstMs: Math.round(Math.max(...gapsMs)),
    closedWorst: Math.max(...closed),
    fullResyncs: resyncsBetween(syncsBefore, await readSyncCounts(doors)).full,
    errors,
    stalledMs: Math.round(presence.read().stalledMs),
  };
}

function progressOf(number: number, times: number, facts: MoveFacts): string {
  const { outcome, reason, from, to, startedMs, wholeMs, pauseMs, gapMedianMs, gapWorstMs } = facts;
  const errors = Object.entries(facts.errors).map(([name, count]) => `${count} ${name}`);
  return [
    `${number}/${times} ${outcome === "done" ? `${from} to ${to}` : `${outcome}: ${reason}`}`,
    `whole after ${Math.round(wholeMs - startedMs)} ms`,
    `gap ${gapMedianMs}/${gapWorstMs} ms`,
    ...(pauseMs === null ? [] : [`pause ${pauseMs} ms`]),
    `closed at most ${facts.closedWorst}`,
    `${facts.fullResyncs} full resyncs`,
    errors.length === 0 ? "no errors" : `errors: ${errors.join(", ")}`,
  ].join("; ");
}

/** What ends the round early is a finding: what was measured until then stays. */
async function moveAgainAndAgain(round: Round): Promise<readonly MoveFacts[]> {
  const { times, meter, findings, onProgress, signal } = round;
  const moves: MoveFacts[] = [];
  try {
    while (moves.length < times && !meter.isFull()) {
      const facts = await moveOnce(round, await untilWhole(round));
      moves.push(facts);
      onProgress(progressOf(moves.length, times, facts));
    }
    if (moves.length < times) findings.push(`the ledger is full after ${moves.length} moves`);
  } catch (error) {
    if (signal.aborted || !(error instanceof BatonError)) throw error;
    findings.push(`ended after ${moves.length} of ${times} moves: ${error.message}`);
    onProgress(error.message);
  }
  return moves;
}

async function untilWarm({ meter, workload, clock, signal }: Round): Promise<void> {
  const sinceMs = clock.monotonicMs();
  const look = () => {
    const cold = workload.clients.find(({ id }) => meter.acknowledgedSince(id, sinceMs) < 200);
    return cold === undefined ? seen(true) : missing(`200 writes of ${cold.id}`);
  };
  await waitFor("every client to write", look, { withinMs: 30_000, signal, clock });
}

async function measure(round: Round): Promise<VariantResult> {
  const { variant, times, lab, group, doors, meter, workload, findings, clock, signal } = round;
  await untilWarm(round);
  const moves = await moveAgainAndAgain(round);
  const primary = await untilWhole(round);
  await workload.stop(10_000);
  const patience = { withinMs: 20_000, signal, clock };
  await waitFor("the replicas to catch up", () => lookCaughtUp(doors), patience);
  const entries = meter.entries(0);
  const input = { lab, group, workload, entries, keyOf, primary, cureAtMs: undefined };
  const { byClient, differences } = await audit(input);
  const found = [...byClient.values()];
  const { id, title, isOurs } = variant;
  return figuresOf({
    id,
    title,
    isOurs,
    wanted: times,
    moves,
    entries,
    lost: new Set(found.flatMap(({ lost }) => [...lost])),
    duplicated: found.reduce((sum, { duplicated }) => sum + duplicated, 0),
    ghosts: found.reduce((sum, { ghosts }) => sum + ghosts, 0),
    perSecond: meter.perSecond(),
    findings: [...findings, ...differences],
  });
}

async function inLab(
  options: RoundOptions,
  lab: LabHandle,
  signal: AbortSignal,
): Promise<VariantResult> {
  const { variant, clients, writesPerSecond, clock } = options;
  const [group] = lab.layout.groups;
  if (group === undefined) throw new BatonError("UNABLE", `lab ${lab.name} has no group`);
  const ids = Array.from({ length: clients }, (_, index) => `client-${index + 1}`);
  const doors = openDoors(lab, group);
  const presence = watchPresence(clock);
  const meter = openMeter(ids, clock);
  const paceMs = Math.floor((1_000 * clients * HASTE) / writesPerSecond);
  const opened = ids.map((id) => variant.open(id, lab, group));
  const workload = startWorkload({ clients: opened, ledger: meter, clock, keyOf, paceMs });
  try {
    const findings: string[] = [];
    const parts = { lab, group, doors, meter, workload, presence, findings, signal };
    return await measure({ ...options, ...parts });
  } finally {
    await workload.stop(100);
    presence.close();
    doors.close();
  }
}

/** @throws BatonError as startLab does, and when the final primary cannot be read. The lab is gone then. */
export async function playRound(options: RoundOptions, signal: AbortSignal): Promise<VariantResult> {
  const { variant, onProgress } = options;
  const { clusterText, agents } = variant;
  const name = `bench-${variant.id}`;
  const lab = await startLab({ name, clusterText, agents, wires: false, signal, onProgress });
  try {
    return await inLab(options, lab, signal);
  } finally {
    await lab.down();
  }
}

// Kills the primary again and again, each time of a cluster that is whole, and reads the Sentinels' logs.
import { setMaxListeners } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EventStream } from "../../packages/baton/src/doctor/facts-events.ts";
import { parseSentinelLog } from "../../packages/baton/src/doctor/parse/sentinel-log.ts";
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import { type Doors, lookWhole, openDoors } from "../../packages/baton/src/drill/whole.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { type LabHandle, startLab } from "../../packages/baton/src/lab/index.ts";
import { type Clock, systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type Election, electionOf } from "./election.ts";

export interface KillOptions {
  readonly times: number;
  readonly clusterFile: string;
  /** A new lab for every kill: its Sentinels have all been started a moment ago. */
  readonly isFresh: boolean;
  /** Between all processes a forwarder of the lab's, as in drills that cut links. */
  readonly wires: boolean;
  /**
   * Each Sentinel's down-after is so much longer than that of the one before it; that of the one with whom
   * the quorum is met stays as it is.
   */
  readonly staggerMs: number;
  readonly onProgress: (line: string) => void;
}

export interface Kills {
  readonly elections: readonly Election[];
  readonly findings: readonly string[];
}

/** An attempt that fails is tried again after twice failover-timeout; two of those, and room. */
const WHOLE_MS = 120_000;

interface Stage {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  readonly doors: Doors;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function untilWhole({ doors, group, clock, signal }: Stage, not?: string): Promise<string> {
  const look = async () => {
    const looked = await lookWhole(doors, group);
    return looked.done && looked.value === not ? missing(`${not} is primary still`) : looked;
  };
  const patience = { withinMs: WHOLE_MS, everyMs: 100, signal, clock };
  return await waitFor("the cluster to be whole", look, patience);
}

async function readLogs({ directory, layout }: LabHandle): Promise<readonly EventStream[]> {
  return await Promise.all(
    layout.sentinels.map(async ({ id }) => {
      const text = await readFile(join(directory, id, "sentinel.log"), "utf8");
      return parseSentinelLog({ path: id, text });
    }),
  );
}

/** Logs say the time of day of this machine as if it were that of UTC. */
const logMs = (wallMs: number): number => wallMs - new Date(wallMs).getTimezoneOffset() * 60_000;

async function stagger({ lab, group, doors }: Stage, staggerMs: number): Promise<void> {
  const { downAfterMs, quorum } = group.timings;
  for (const [index, { id }] of lab.layout.sentinels.entries()) {
    const ownMs = downAfterMs.value + (index - (quorum.value - 1)) * staggerMs;
    const door = doors.sentinels.get(id);
    await door?.call(["SENTINEL", "SET", group.name, "down-after-milliseconds", String(ownMs)]);
  }
}

async function killOnce(stage: Stage): Promise<Election> {
  const { lab, group, clock, signal } = stage;
  const from = await untilWhole(stage);
  const killedMs = logMs(clock.wallMs());
  await lab.kill(from);
  const read = async () => electionOf(await readLogs(lab), { killedMs, group: group.name });
  const look = async () => {
    const election = await read();
    return election.switchedMs === undefined ? missing("+switch-master") : seen(election);
  };
  const patience = { withinMs: WHOLE_MS, everyMs: 250, signal, clock };
  const election = await waitFor("a Sentinel to name another primary", look, patience);
  await lab.start(from);
  await untilWhole(stage, from);
  return election;
}

function progressOf(election: Election): string {
  const { noticedMs, candidates, attempts, givenUp, firstVotes, switchedMs = 0 } = election;
  const [first = 0] = noticedMs;
  return [
    `+sdown after ${noticedMs.join(", ")} ms`,
    `${candidates} candidates`,
    `votes ${firstVotes.join(":")}`,
    `${attempts} attempts${givenUp.length === 0 ? "" : ` (${givenUp.join(", ")})`}`,
    `+switch-master ${switchedMs - first} ms after the first +sdown`,
  ].join("; ");
}

/** @returns whether it went on to the end. @throws BatonError as startLab does. The lab is gone then. */
async function playLab(
  { clusterFile, wires, staggerMs, onProgress }: KillOptions,
  { elections, findings }: { readonly elections: Election[]; readonly findings: string[] },
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const lab = await startLab({ name: "bench-votes", clusterFile, wires, signal });
  try {
    const [group] = lab.layout.groups;
    if (group === undefined) throw new BatonError("UNABLE", `lab ${lab.name} has no group`);
    const doors = openDoors(lab, group);
    try {
      const stage = { lab, group, doors, clock: systemClock, signal };
      if (staggerMs > 0) await stagger(stage, staggerMs);
      while (elections.length < until) {
        const election = await killOnce(stage);
        elections.push(election);
        onProgress(`${elections.length} ${progressOf(election)}`);
      }
      return true;
    } catch (error) {
      if (signal.aborted || !(error instanceof BatonError)) throw error;
      findings.push(`ended after ${elections.length} kills: ${error.message}`);
      return false;
    } finally {
      doors.close();
    }
  } finally {
    await lab.down();
  }
}

/** @throws BatonError as startLab does. Nothing is left running then. */
export async function playKills(options: KillOptions, signal: AbortSignal): Promise<Kills> {
  const { times, isFresh } = options;
  // Every lab listens for the one interruption: no leak, however many there are.
  setMaxListeners(0, signal);
  const kills = { elections: [] as Election[], findings: [] as string[] };
  let goesOn = true;
  while (goesOn && kills.elections.length < times) {
    const until = isFresh ? kills.elections.length + 1 : times;
    goesOn = await playLab(options, kills, { until, signal });
  }
  return kills;
}

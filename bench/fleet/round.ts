// A lab with a router, a fleet of ordinary clients, and one planned move of the primary after the other.
import { findClaim, removeClaim } from "../../test/clients/audit.ts";
import { type Fleet, type KindTally, startFleet } from "../../test/clients/fleet.ts";
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import { type Doors, lookCaughtUp, lookWhole, openDoors } from "../../packages/baton/src/drill/whole.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import { type LabHandle, startLab } from "../../packages/baton/src/lab/index.ts";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { type Clock, systemClock } from "../../packages/baton/src/sys/clock.ts";
import { waitFor } from "../../packages/baton/src/sys/wait.ts";
import { moveByBaton } from "../switchover/moves.ts";

export interface RoundOptions {
  readonly times: number;
  readonly unpipelined: number;
  readonly pipelined: number;
  readonly onProgress: (line: string) => void;
}

export interface KindResult extends Omit<KindTally, "messages"> {
  readonly lost: number;
  /** Writes executed more often than they were asked for; only redis-benchmark's can tell. */
  readonly repeated: number;
  readonly messages: Readonly<Record<string, number>>;
}

/** The contract of `npm run bench -- fleet --json`. */
export interface FleetResult {
  readonly wanted: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly kinds: readonly KindResult[];
  /** Why fewer moves than wanted were made, in sentences. */
  readonly findings: readonly string[];
}

const WHOLE_MS = 60_000;
const CLAIM_MS = 10_000;

type Claims = ReturnType<Fleet["takeClaims"]>;

interface Round extends RoundOptions {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  readonly doors: Doors;
  readonly fleet: Fleet;
  readonly verdicts: Map<KindTally, { lost: number; repeated: number }>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function untilWhole({ doors, group, clock, signal }: Omit<Round, "fleet">): Promise<string> {
  const look = async () => await lookWhole(doors, group);
  return await waitFor("the cluster to be whole", look, {
    withinMs: WHOLE_MS,
    everyMs: 50,
    signal,
    clock,
  });
}

/** Looks each claim up on the primary, and frees the memory that it takes. */
async function judge({ lab, group, verdicts }: Round, claims: Claims, primary: string): Promise<void> {
  const plan = group.nodes.find(({ host }) => host === primary);
  if (plan === undefined) throw new BatonError("UNABLE", `no host ${primary} in ${group.name}`);
  const { address, port } = plan;
  const door = openDoor({ address, port, password: lab.secrets.application, commandMs: CLAIM_MS });
  try {
    for (const [tally, claim] of claims) {
      const { lost, repeated } = await findClaim(claim, door);
      const before = verdicts.get(tally) ?? { lost: 0, repeated: 0 };
      verdicts.set(tally, { lost: before.lost + lost, repeated: before.repeated + repeated });
      await removeClaim(claim, door);
    }
  } finally {
    door.close();
  }
}

/** @returns how often each outcome came. */
async function moveAgainAndAgain(round: Round, findings: string[]): Promise<Record<string, number>> {
  const { times, fleet, lab, group, onProgress, clock, signal } = round;
  const outcomes: Record<string, number> = {};
  try {
    for (let number = 1; number <= times; number += 1) {
      const from = await untilWhole(round);
      // What was acknowledged before a move is judged after it: that is what a move may lose.
      const claims = fleet.takeClaims();
      const startedMs = clock.monotonicMs();
      const { outcome, reason, pauseMs } = await moveByBaton({ lab, group, primary: from }, signal);
      const to = await untilWhole(round);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      await judge(round, claims, to);
      const told = fleet.tallies.reduce((sum, { errors }) => sum + errors, 0);
      const what = outcome === "done" ? `${from} to ${to}` : `${outcome}: ${reason}`;
      const tookMs = Math.round(clock.monotonicMs() - startedMs);
      const pause = pauseMs === null ? "" : `pause ${pauseMs} ms, `;
      onProgress(`${number}/${times} ${what}; ${pause}all of it ${tookMs} ms; ${told} errors so far`);
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof BatonError)) throw error;
    findings.push(`ended early: ${error.message}`);
    onProgress(error.message);
  }
  return outcomes;
}

async function measure(round: Round): Promise<FleetResult> {
  const { fleet, doors, times, verdicts, clock, signal } = round;
  const findings: string[] = [];
  await fleet.untilAllWrite();
  const outcomes = await moveAgainAndAgain(round, findings);
  await fleet.stop();
  const primary = await untilWhole(round);
  const patience = { withinMs: 20_000, signal, clock };
  await waitFor("the replicas to catch up", () => lookCaughtUp(doors), patience);
  await judge(round, fleet.takeClaims(), primary);
  const kinds = fleet.tallies.map((tally): KindResult => {
    const verdict = verdicts.get(tally) ?? { lost: 0, repeated: 0 };
    return { ...tally, ...verdict, messages: Object.fromEntries(tally.messages) };
  });
  return { wanted: times, outcomes, kinds, findings };
}

/** @throws BatonError as startLab does; Error when a client program cannot be run. The lab is gone then. */
export async function playFleet(options: RoundOptions, signal: AbortSignal): Promise<FleetResult> {
  const { unpipelined, pipelined, onProgress } = options;
  const name = "bench-fleet";
  const lab = await startLab({ name, clusterText: defaultCluster, wires: false, signal, onProgress });
  try {
    const [group] = lab.layout.groups;
    const [router] = lab.layout.routers;
    if (group === undefined || router === undefined)
      throw new BatonError("UNABLE", `lab ${lab.name} has no group with a router`);
    const doors = openDoors(lab, group);
    const parts = { ...options, lab, group, doors, verdicts: new Map(), clock: systemClock, signal };
    await untilWhole(parts);
    const { address, port } = router;
    const { application: password } = lab.secrets;
    const fleet = startFleet({ address, port, password, unpipelined, pipelined });
    try {
      return await measure({ ...parts, fleet });
    } finally {
      await fleet.stop();
      doors.close();
    }
  } finally {
    await lab.down();
  }
}

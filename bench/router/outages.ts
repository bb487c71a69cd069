// The third table: the primary is killed, again and again, while every kind of client writes; all live
// through the same failovers.
import { audit } from "../../packages/baton/src/drill/audit.ts";
import { killPrimary } from "../../packages/baton/src/drill/faults/kill-primary.ts";
import { type Doors, lookCaughtUp, lookWhole, openDoors } from "../../packages/baton/src/drill/whole.ts";
import { startWorkload, type Workload } from "../../packages/baton/src/drill/workload/workload.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type Meter, openMeter } from "../switchover/meter.ts";
import type { Absent } from "./contestant.ts";
import { openTeams, type Team } from "./outage-field.ts";
import { type OutageRow, outageRowOf } from "./outage-figures.ts";
import { inPlace, type PartOptions, type Place } from "./place.ts";

export interface OutageResult {
  readonly runs: number;
  readonly clientsOfEachKind: number;
  readonly paceMs: number;
  readonly rows: readonly OutageRow[];
  readonly absent: readonly Absent[];
  /** What went wrong with the drill itself, in sentences. */
  readonly failures: readonly string[];
}

export interface OutageOptions extends PartOptions {
  readonly runs: number;
}

interface Stage extends Pick<PartOptions, "signal" | "onProgress"> {
  readonly place: Place;
  readonly doors: Doors;
  readonly teams: readonly Team[];
  readonly meter: Meter;
  readonly workload: Workload;
  readonly failures: string[];
}

const CLIENTS = 4;
/** From one write of a client to its next: a gap cannot be told more finely. */
const PACE_MS = 10;
const WHOLE_MS = 60_000;
/** A client that does not write again by then counts with this gap. */
const RECOVER_MS = 40_000;
const WARM_WRITES = 50;
const keyOf = (client: string) => `baton:bench:${client}`;
const clock = systemClock;

async function untilWhole({ doors, place, signal }: Stage): Promise<string> {
  const look = async () => await lookWhole(doors, place.group);
  return await waitFor("the cluster to be whole", look, { withinMs: WHOLE_MS, everyMs: 50, signal });
}

/** Every client, a few writes each: since when counts. */
async function untilWriting({ meter, workload, signal }: Stage, withinMs: number): Promise<void> {
  const sinceMs = clock.monotonicMs();
  const look = () => {
    const behind = workload.clients.filter(
      ({ id }) => meter.acknowledgedSince(id, sinceMs) < WARM_WRITES,
    );
    return behind.length === 0 ? seen(true) : missing(behind.map(({ id }) => id).join(", "));
  };
  await waitFor(`${WARM_WRITES} writes of every client`, look, { withinMs, everyMs: 20, signal });
}

/** One failover, from a whole cluster to a whole cluster. @returns the longest gap of each team. */
async function killOnce(stage: Stage): Promise<ReadonlyMap<string, number>> {
  const { place, teams, meter, workload, failures, signal } = stage;
  const primary = await untilWhole(stage);
  await untilWriting(stage, RECOVER_MS);
  meter.begin();
  const { cure } = await killPrimary.inject({
    lab: place.lab,
    group: place.group.name,
    primary,
    signal,
  });
  try {
    await untilWriting(stage, RECOVER_MS);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof BatonError)) throw error;
    failures.push(`after ${primary} was killed: ${error.message}`);
  } finally {
    await cure?.();
  }
  await untilWhole(stage);
  const { gapsMs } = meter.read();
  const gapOf = new Map(workload.clients.map(({ id }, index) => [id, gapsMs[index] ?? 0]));
  const worstOf = ({ clients }: Team) => Math.max(...clients.map(({ id }) => gapOf.get(id) ?? 0));
  return new Map(teams.map((team) => [team.id, worstOf(team)]));
}

/** What ends the drills early is told: what was measured until then stays. */
async function killAgainAndAgain(
  stage: Stage,
  runs: number,
): Promise<readonly ReadonlyMap<string, number>[]> {
  const { failures, onProgress, signal } = stage;
  const gaps: ReadonlyMap<string, number>[] = [];
  try {
    while (gaps.length < runs) {
      gaps.push(await killOnce(stage));
      const words = [...(gaps.at(-1) ?? [])].map(([team, ms]) => `${team} ${Math.round(ms)} ms`);
      onProgress(`kill ${gaps.length} of ${runs}: longest gap ${words.join(", ")}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof BatonError)) throw error;
    failures.push(`ended after ${gaps.length} of ${runs} runs: ${error.message}`);
  }
  return gaps;
}

async function judge(stage: Stage, runs: number): Promise<readonly OutageRow[]> {
  const { place, doors, teams, meter, workload, failures, signal } = stage;
  const gaps = await killAgainAndAgain(stage, runs);
  const primary = await untilWhole(stage);
  await workload.stop(10_000);
  await waitFor("the replicas to catch up", () => lookCaughtUp(doors), { withinMs: 20_000, signal });
  const entries = meter.entries(0);
  const { lab, group } = place;
  const input = { lab, group, workload, entries, keyOf, primary, cureAtMs: undefined };
  const { byClient, differences } = await audit(input);
  failures.push(...differences);
  return teams.map(({ id, title, clients }) => {
    const names = new Set(clients.map((client) => client.id));
    return outageRowOf({
      team: id,
      title,
      gapsMs: gaps.flatMap((run) => run.get(id) ?? []),
      entries: entries.filter(({ client }) => names.has(client)),
      found: clients.flatMap((client) => byClient.get(client.id) ?? []),
    });
  });
}

async function measure(place: Place, options: OutageOptions): Promise<OutageResult> {
  const { runs, isQuick, signal, onProgress } = options;
  const clientsOfEachKind = isQuick ? 1 : CLIENTS;
  const { teams, absent } = await openTeams(place, clientsOfEachKind, signal);
  const clients = teams.flatMap((team) => team.clients);
  const ids = clients.map(({ id }) => id);
  const meter = openMeter(ids, clock);
  const doors = openDoors(place.lab, place.group);
  const workload = startWorkload({ clients, ledger: meter, clock, keyOf, paceMs: PACE_MS });
  const failures: string[] = [];
  const stage = { place, doors, teams, meter, workload, failures, signal, onProgress };
  try {
    const rows = await judge(stage, runs);
    return { runs, clientsOfEachKind, paceMs: PACE_MS, rows, absent, failures };
  } finally {
    await workload.stop(100);
    doors.close();
  }
}

/** @throws BatonError as startLab, and when the final primary cannot be read; nothing is left running. */
export async function playOutages(options: OutageOptions): Promise<OutageResult> {
  const { signal, onProgress } = options;
  const lab = { name: "bench-outages", clusterText: defaultCluster, agents: true };
  return await inPlace({ ...lab, signal, onProgress }, (place) => measure(place, options));
}

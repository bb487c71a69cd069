// The first table: throughput, latency, processor time and memory of each proxy before one Redis.
import { startClientProcess } from "./client-process.ts";
import type { Absent, Contestant } from "./contestant.ts";
import { type Measure, type Row, rowOf } from "./figures.ts";
import { raiseFilesLimit } from "./files-limit.ts";
import { benchmarkLoad, SHAPES } from "./loads.ts";
import { inPlace, openPrimary, type PartOptions, type Place } from "./place.ts";
import { type Load, race, type Raced } from "./race.ts";
import { openSpeedField, SPEED_CLUSTER } from "./speed-field.ts";

export interface LoadResult {
  /** "c50 SET" */
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Of the speeds and of durability alike. */
export interface RaceResult {
  readonly contestants: readonly { readonly id: string; readonly title: string }[];
  readonly absent: readonly Absent[];
  readonly baselines: readonly string[];
  readonly loads: readonly LoadResult[];
  readonly failures: readonly string[];
  readonly measures: readonly Measure[];
}

export interface RaceResultInput extends Raced {
  readonly contestants: readonly Contestant[];
  readonly absent: readonly Absent[];
  readonly baselines: readonly string[];
  readonly loads: readonly Load[];
}

export function raceResult(input: RaceResultInput): RaceResult {
  const { contestants, absent, baselines, loads, measures, failures } = input;
  return {
    contestants: contestants.map(({ id, title }) => ({ id, title })),
    absent,
    baselines,
    loads: loads.map((load): LoadResult => {
      const id = `${load.id} ${load.command}`;
      const own = measures.filter((measure) => measure.load === id);
      const taking = contestants.filter((contestant) => load.takes?.(contestant) ?? true);
      const rows = taking.map((one) => rowOf({ contestant: one.id, measures: own, baselines }));
      return { id, title: `${load.title}, ${load.command}`, rows };
    }),
    failures,
    measures,
  };
}

export interface SpeedOptions extends PartOptions {
  /** One of SHAPES; all when undefined. */
  readonly load: string | undefined;
}

const IDLE_QUICK = 50;

async function measure(place: Place, options: SpeedOptions): Promise<RaceResult> {
  const { signal, load, isQuick } = options;
  const limit = raiseFilesLimit();
  const { contestants, absent } = await openSpeedField({ place, limit, signal });
  const { own, password } = place;
  const clients = await startClientProcess(own, { id: "clients", command: limit.command });
  const door = openPrimary(place);
  const besideIdle = (count: number) => async (contestant: Contestant) => {
    await clients.openIdle({ ...contestant, password, count });
    return async () => {
      await clients.closeIdle();
    };
  };
  const shapes = SHAPES.filter(({ id }) => load === undefined || id === load);
  const loads = shapes.flatMap((shape) =>
    (["set", "get"] as const).map((command) => {
      const input = { shape, command, door, password, signal };
      if (shape.idle === 0) return benchmarkLoad(input);
      return benchmarkLoad({ ...input, surround: besideIdle(isQuick ? IDLE_QUICK : shape.idle) });
    }),
  );
  try {
    const raced = await race({ ...options, contestants, loads });
    return raceResult({ ...raced, contestants, absent, loads, baselines: ["haproxy", "direct"] });
  } finally {
    door.close();
  }
}

/** @throws BatonError as startLab; nothing is left running then. */
export async function playSpeed(options: SpeedOptions): Promise<RaceResult> {
  const { signal, onProgress } = options;
  const where = { name: "bench-speed", clusterText: SPEED_CLUSTER, agents: false, signal, onProgress };
  return await inPlace(where, (place) => measure(place, options));
}

// The loads of redis-benchmark, each with a fixed keyspace whose values all have the load's size.
import type { Door } from "../../packages/baton/src/redis/door.ts";
import type { Contestant } from "./contestant.ts";
import type { Load, PlayInput } from "./race.ts";
import { runBenchmark } from "./redis-benchmark.ts";

export interface Shape {
  readonly id: string;
  readonly title: string;
  readonly clients: number;
  /** Commands in one write. */
  readonly pipeline: number;
  readonly valueBytes: number;
  readonly keyspace: number;
  /** Sessions that are open beside and say nothing. */
  readonly idle: number;
}

const usual = { clients: 50, pipeline: 1, valueBytes: 3, keyspace: 10_000, idle: 0 } as const;

export const SHAPES: readonly Shape[] = [
  { ...usual, id: "c50", title: "50 connections, one command at a time" },
  { ...usual, id: "p16", title: "50 connections, 16 commands in a pipeline", pipeline: 16 },
  {
    ...usual,
    id: "64k",
    title: "50 connections, values of 64 KiB",
    valueBytes: 65_536,
    keyspace: 1_000,
  },
  { ...usual, id: "c1", title: "1 connection, one command at a time", clients: 1 },
  { ...usual, id: "idle500", title: "50 connections beside 500 idle ones", idle: 500 },
];

const REQUESTS_MAX = 20_000_000;
/** redis-benchmark's clock has milliseconds: what ends within its first one is reported as "inf" a second. */
const REQUESTS_MIN = 2_000;
const PREPARE_CHUNK = 1_000;

/** Sets every key that redis-benchmark may draw, so that a GET never misses and every value has its size. */
const FILL = `local value = string.rep("x", tonumber(ARGV[3]))
for index = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  redis.call("SET", string.format("key:%012d", index), value)
end`;

/** @throws BatonError UNREACHABLE, REFUSED. */
export async function fillKeys(door: Door, { keyspace, valueBytes }: Shape): Promise<void> {
  for (let first = 0; first < keyspace; first += PREPARE_CHUNK) {
    const last = Math.min(first + PREPARE_CHUNK, keyspace) - 1;
    await door.call(["EVAL", FILL, "0", String(first), String(last), String(valueBytes)]);
  }
}

/** At least one full pipeline for every connection, and enough for the clock. */
export function requestsFor(
  { clients, pipeline }: Pick<Shape, "clients" | "pipeline">,
  { seconds, perSecond }: Pick<PlayInput, "seconds" | "perSecond">,
): number {
  const wanted = Math.round(seconds * perSecond);
  return Math.min(REQUESTS_MAX, Math.max(clients * pipeline, REQUESTS_MIN, wanted));
}

export interface LoadInput {
  readonly shape: Shape;
  readonly command: "set" | "get";
  /** To the primary itself. */
  readonly door: Door;
  readonly password: string;
  readonly signal: AbortSignal;
  readonly surround?: (contestant: Contestant) => Promise<() => Promise<void>>;
  readonly takes?: (contestant: Contestant) => boolean;
}

export function benchmarkLoad(input: LoadInput): Load {
  const { shape, command, door, password, signal, surround, takes } = input;
  return {
    id: shape.id,
    title: shape.title,
    command: command.toUpperCase(),
    ...(takes === undefined ? {} : { takes }),
    ...(surround === undefined ? {} : { surround }),
    prepare: () => fillKeys(door, shape),
    async play(playInput) {
      const { address, port } = playInput.contestant;
      const requests = requestsFor(shape, playInput);
      return await runBenchmark({ ...shape, command, address, port, password, requests }, signal);
    },
  };
}

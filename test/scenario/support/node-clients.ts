// Clients of redis-baton-client on a faulty cluster: in this process, and as drill-clients of their own.
import { fileURLToPath } from "node:url";
import { createClient, ErrorReply } from "@redis/client";
import { Redis, ReplyError } from "ioredis";
import {
  type Client,
  type ClientOptions,
  type Library,
  openClient,
  type SentinelWay,
} from "../../../packages/client/src/index.ts";
import { ioredis } from "../../../packages/client/src/ioredis.ts";
import { nodeRedis } from "../../../packages/client/src/node-redis.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { type DrillSpeaker, startDrillSpeaker } from "./drill-speaker.ts";
import { type FaultyCluster, PASSWORD } from "./faulty-cluster.ts";

export const program = fileURLToPath(
  new URL("../../../packages/client/drill-client.mjs", import.meta.url),
);

export const LIBRARIES: readonly (readonly [string, Library<unknown>])[] = [
  ["ioredis", ioredis({ Redis, ReplyError })],
  ["node-redis", nodeRedis({ createClient, ErrorReply })],
];

let keys = 0;
export const freshKey = (): string => `baton:drill:${(keys += 1)}`;

export interface Writer {
  readonly name: string;
  readonly key: string;
  readonly drill: DrillSpeaker;
}

type More = Partial<Omit<Extract<ClientOptions<unknown>, SentinelWay>, "library">>;

export interface Workplace {
  open(library: Library<unknown>, more?: More): Client<unknown>;
  speaker(
    library: string,
    key: string,
    more?: Readonly<Record<string, unknown>>,
    ...flags: readonly string[]
  ): Promise<DrillSpeaker>;
  /** A drill-client for each library. */
  startWriters(more?: Readonly<Record<string, unknown>>): Promise<readonly Writer[]>;
  /** Every client is gone, and the cluster is whole again. */
  tidy(): Promise<void>;
}

export function createWorkplace(cluster: FaultyCluster): Workplace {
  const clients: Client<unknown>[] = [];
  const speakers: DrillSpeaker[] = [];
  const speaker: Workplace["speaker"] = async (library, key, more = {}, ...flags) => {
    const sentinels = cluster.sentinels.map(({ host, port }) => `${host}:${port}`);
    const request = { way: "sentinel", sentinels, group: "main", password: PASSWORD, key, ...more };
    const command = [process.execPath, program, "--library", library, ...flags];
    const found = await startDrillSpeaker(command, request);
    speakers.push(found);
    return found;
  };
  return {
    speaker,
    open(library, more = {}) {
      const way = { sentinels: cluster.sentinels, group: "main", password: PASSWORD };
      const client = openClient({ library, ...way, ...more });
      clients.push(client);
      return client;
    },
    async startWriters(more = {}) {
      const start = async ([name]: readonly [string, unknown]): Promise<Writer> => {
        const key = freshKey();
        return { name, key, drill: await speaker(name, key, more) };
      };
      return await Promise.all(LIBRARIES.map(start));
    },
    async tidy() {
      for (const client of clients.splice(0)) client.close();
      for (const { child } of speakers.splice(0)) child.kill("SIGKILL");
      for (const address of cluster.addresses)
        for (const what of ["redis", "sentinel"] as const) cluster.signal(what, address, "SIGCONT");
      await cluster.settledOn(await cluster.primary());
    },
  };
}

/** They write until each has had `count` more writes acknowledged, counted from now. */
export async function writeMore(drills: readonly DrillSpeaker[], count: number): Promise<void> {
  const until = async (drill: DrillSpeaker): Promise<void> => {
    const wanted = drill.acknowledged.length + count;
    const look = async () => {
      await drill.ask("write");
      const left = wanted - drill.acknowledged.length;
      return left <= 0 ? seen(undefined) : missing(`${left} of ${count} writes`);
    };
    await waitFor("writes to be acknowledged", look, { withinMs: 30_000, everyMs: 2 });
  };
  await Promise.all(drills.map(until));
}

export async function timed<T>(
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly tookMs: number }> {
  const startMs = performance.now();
  return { result: await run(), tookMs: performance.now() - startMs };
}

// node-redis in its own Sentinel mode with its defaults, for the comparison of outages; only where it is
// installed.
import { createRequire } from "node:module";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { outcomeFrom, type WorkloadClient } from "../../packages/baton/src/drill/workload/client.ts";
import type { SentinelClientOptions } from "../../packages/baton/src/drill/workload/ioredis-sentinel.ts";

const PACKAGE = "@redis/client";

/** The part of the package that is used. */
interface SentinelClient {
  connect(): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  rPush(key: string, value: string): Promise<unknown>;
  destroy(): void;
}

interface NodeRedis {
  createSentinel(options: Readonly<Record<string, unknown>>): SentinelClient;
}

export interface FoundNodeRedis {
  readonly version: string;
  readonly open: (options: SentinelClientOptions) => Promise<WorkloadClient>;
}

/** A package of the development set: an installation for users does not have it. */
export function findNodeRedis(): FoundNodeRedis | undefined {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require(`${PACKAGE}/package.json`) as { version: string };
    const library = require(PACKAGE) as NodeRedis;
    return { version, open: (options) => openNodeRedis(library, options) };
  } catch {
    // Not installed, which is the answer.
    return undefined;
  }
}

/** @throws BatonError UNABLE with what the library says when it cannot connect. */
async function openNodeRedis(
  library: NodeRedis,
  { id, sentinels, group, password }: SentinelClientOptions,
): Promise<WorkloadClient> {
  const client = library.createSentinel({
    name: group,
    sentinelRootNodes: sentinels,
    nodeClientOptions: { password },
    sentinelClientOptions: { password },
  });
  // Each failed write is in the ledger with its error.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new BatonError("UNABLE", `node-redis cannot connect: ${String(cause)}`, { cause });
  }
  return {
    id,
    // A drill's word for a client that asks the Sentinels: only drills look at it.
    kind: "ioredis-sentinel",
    way: "sentinel",
    write: (key, write) => outcomeFrom(client.rPush(key, String(write))),
    // The library does not tell.
    closed: () => 0,
    close() {
      try {
        client.destroy();
      } catch {
        // It has closed itself already.
      }
    },
  };
}

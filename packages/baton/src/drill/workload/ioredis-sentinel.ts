// For comparison: ioredis in its own Sentinel mode with its defaults, as most Node applications run it.
import { Redis } from "ioredis";
import type { WorkloadClient } from "./client.ts";
import { countClosed } from "./closed.ts";

export interface SentinelClientOptions {
  readonly id: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly group: string;
  readonly password: string;
}

export function openSentinelClient({
  id,
  sentinels,
  group,
  password,
}: SentinelClientOptions): WorkloadClient {
  const redis = new Redis({
    sentinels: [...sentinels],
    name: group,
    password,
    sentinelPassword: password,
  });
  // Each failed write is in the ledger with its error.
  redis.on("error", () => undefined);
  return {
    id,
    kind: "ioredis-sentinel",
    write: (key, write) => redis.rpush(key, write),
    closed: countClosed(redis),
    close: () => redis.disconnect(false),
  };
}

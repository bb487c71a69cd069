// For comparison: ioredis in its own Sentinel mode with its defaults, as most Node applications run it.
import { Redis } from "ioredis";
import { callerOptions, type TlsMaterial } from "../../sys/tls.ts";
import { outcomeFrom, type WorkloadClient } from "./client.ts";
import { countClosed } from "./closed.ts";

export interface SentinelClientOptions {
  readonly id: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly group: string;
  readonly password: string;
  readonly tls?: TlsMaterial | undefined;
}

export function openSentinelClient({
  id,
  sentinels,
  group,
  password,
  tls,
}: SentinelClientOptions): WorkloadClient {
  const caller = tls === undefined ? undefined : callerOptions(tls);
  const encrypted =
    caller === undefined ? {} : { tls: caller, sentinelTLS: caller, enableTLSForSentinelMode: true };
  const redis = new Redis({
    sentinels: [...sentinels],
    name: group,
    password,
    sentinelPassword: password,
    ...encrypted,
  });
  // Each failed write is in the ledger with its error.
  redis.on("error", () => undefined);
  return {
    id,
    kind: "ioredis-sentinel",
    way: "sentinel",
    write: (key, write) => outcomeFrom(redis.rpush(key, write)),
    closed: countClosed(redis),
    close: () => redis.disconnect(false),
  };
}

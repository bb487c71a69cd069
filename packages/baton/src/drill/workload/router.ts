// A plain Redis client through Baton's router: it knows one address, no Sentinel, and never repeats
// a write by itself.
import { Redis } from "ioredis";
import { callerOptions, type TlsMaterial } from "../../sys/tls.ts";
import { outcomeFrom, type WorkloadClient } from "./client.ts";
import { countClosed } from "./closed.ts";

export interface RouterClientOptions {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly password: string;
  readonly tls?: TlsMaterial | undefined;
  /** How long it waits for an answer; 5 s by default. */
  readonly commandMs?: number;
}

export function openRouterClient(options: RouterClientOptions): WorkloadClient {
  const { id, address, port, password, tls, commandMs = 5_000 } = options;
  const redis = new Redis({
    host: address,
    port,
    password,
    ...(tls === undefined ? {} : { tls: callerOptions(tls) }),
    // A write is sent once or not at all: the ledger must know which.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandMs,
    retryStrategy: (attempt) => Math.min(20 * attempt, 200),
  });
  redis.on("error", () => undefined);
  return {
    id,
    kind: "router",
    way: "router",
    write: (key, write) => outcomeFrom(redis.rpush(key, write)),
    closed: countClosed(redis),
    close: () => redis.disconnect(false),
  };
}

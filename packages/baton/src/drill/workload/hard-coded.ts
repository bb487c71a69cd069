// The naive application: it was given the address of the primary once, never asks Sentinel, and comes
// back fast.
import { Redis } from "ioredis";
import { callerOptions, type TlsMaterial } from "../../sys/tls.ts";
import { outcomeFrom, type WorkloadClient } from "./client.ts";
import { countClosed } from "./closed.ts";

export interface HardCodedClientOptions {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly password: string;
  readonly tls?: TlsMaterial | undefined;
}

const RETRY_MS = 20;

export function openHardCodedClient(options: HardCodedClientOptions): WorkloadClient {
  const { id, address, port, password, tls } = options;
  const redis = new Redis({
    host: address,
    port,
    password,
    ...(tls === undefined ? {} : { tls: callerOptions(tls) }),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // The check waits a second for a node that is loading: a stale write of that second would be missed.
    enableReadyCheck: false,
    commandTimeout: 5_000,
    retryStrategy: () => RETRY_MS,
  });
  redis.on("error", () => undefined);
  return {
    id,
    kind: "hard-coded",
    way: "hard-coded",
    write: (key, write) => outcomeFrom(redis.rpush(key, write)),
    closed: countClosed(redis),
    close: () => redis.disconnect(false),
  };
}

// Listens to a Redis' or Sentinel's channels for as long as it is wanted, and says nothing while it cannot.
import { Redis } from "ioredis";
import { type DoorOptions, redisOptions } from "./door.ts";

export interface Message {
  readonly channel: string;
  readonly text: string;
}

export interface Subscriber {
  close(): void;
}

/** Reconnects with full jitter between 50 ms and 1 s: a subscriber only wakes somebody who also polls. */
export function subscribe(
  options: DoorOptions,
  patterns: readonly string[],
  onMessage: (message: Message) => void,
): Subscriber {
  const redis = new Redis({
    ...redisOptions(options),
    lazyConnect: false,
    keepAlive: 1_000,
    retryStrategy: (attempt) => 50 + Math.random() * Math.min(950, 50 * 2 ** Math.min(attempt, 6)),
  });
  // Whoever cannot be subscribed to is polled; the poll reports the reason.
  redis.on("error", () => undefined);
  redis.on("ready", () => void redis.psubscribe(...patterns).catch(() => redis.disconnect(true)));
  redis.on("pmessage", (_pattern: string, channel: string, text: string) =>
    onMessage({ channel, text }),
  );
  return { close: () => redis.disconnect(false) };
}

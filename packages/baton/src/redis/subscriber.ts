// Listens to a Redis' or Sentinel's channels for as long as it is wanted, and says nothing while it
// cannot.
import { Redis } from "ioredis";
import { type DoorOptions, redisOptions } from "./door.ts";

export interface Message {
  readonly channel: string;
  readonly text: string;
}

export interface Subscriber {
  close(): void;
}

/**
 * Exact names need SUBSCRIBE and the right to that channel; `*` needs PSUBSCRIBE and the right to
 * all channels.
 */
export interface Wanted {
  readonly channels?: readonly string[];
  readonly patterns?: readonly string[];
}

/** For whoever has to know what was missed. */
export interface Hearing {
  /** From now on nothing is missed. */
  readonly onListening: () => void;
  /** There is no subscription, any more or after another attempt, and why. */
  readonly onDeaf: (reason: string) => void;
}

/** A server that refuses the subscription is asked again after this long, not in a loop. */
const REFUSED_MS = 2_000;

/**
 * Reconnects with full jitter between 50 ms and 1 s: a subscriber only wakes somebody who also
 * polls.
 */
export function subscribe(
  options: DoorOptions,
  { channels = [], patterns = [] }: Wanted,
  onMessage: (message: Message) => void,
  hearing?: Hearing,
): Subscriber {
  const redis = new Redis({
    ...redisOptions(options),
    lazyConnect: false,
    autoResubscribe: false,
    keepAlive: 1_000,
    retryStrategy: (attempt) => 50 + Math.random() * Math.min(950, 50 * 2 ** Math.min(attempt, 6)),
  });
  let again: NodeJS.Timeout | undefined;
  let lastError: Error | undefined;
  // Whoever cannot be subscribed to is polled; the poll reports the reason.
  redis.on("error", (error: Error) => {
    lastError = error;
  });
  redis.on("close", () => hearing?.onDeaf(lastError?.message ?? "it closed the connection"));
  redis.on("ready", () => {
    lastError = undefined;
    begin().then(
      () => hearing?.onListening(),
      (error: Error) => {
        lastError = error;
        hearing?.onDeaf(error.message);
        again = setTimeout(() => redis.disconnect(true), REFUSED_MS);
      },
    );
  });
  redis.on("message", (channel: string, text: string) => onMessage({ channel, text }));
  redis.on("pmessage", (_pattern: string, channel: string, text: string) =>
    onMessage({ channel, text }),
  );

  async function begin(): Promise<void> {
    if (channels.length > 0) await redis.subscribe(...channels);
    if (patterns.length > 0) await redis.psubscribe(...patterns);
  }

  return {
    close() {
      clearTimeout(again);
      redis.disconnect(false);
    },
  };
}

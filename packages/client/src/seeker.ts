// Knows the primary by the word of the Sentinels, asks again when the word is old, and says when it changes.
import { type BackoffBounds, pauseMs } from "./backoff.ts";
import { believe, type Heard, type Word } from "./believe.ts";
import { publish } from "./channels.ts";
import { findPrimary } from "./find-primary.ts";
import { createFresh } from "./fresh.ts";
import { textOf } from "./library.ts";
import type { SentinelSettings } from "./settings.ts";

export interface Seeker {
  /** What the Sentinels say, no older than `askAgainMs`. Rejects only when it is closed. */
  hear(): Promise<Heard>;
  /** The primary that was believed last, however long ago. */
  believed(): Word | undefined;
  /** A connection was of no use: the next one to hear gets a new answer, unless the last one is a pause. */
  doubt(): void;
  /** A Sentinel speaks of a switch: they are asked now, and nobody hears an older answer. */
  wake(): void;
}

export interface SeekerOptions extends SentinelSettings, BackoffBounds {
  readonly name: string;
  readonly signal: AbortSignal;
  /** Called before anybody hears of it. */
  readonly onAnother: (word: Word) => void;
}

export function createSeeker(options: SeekerOptions): Seeker {
  const { sentinels, group, access, sentinelTimeoutMs, askAgainMs, name, signal, onAnother } = options;
  const { username, password, tls } = access;
  let believed: Word | undefined;
  let unclear = 0;

  const load = async (): Promise<Heard> => {
    const primary = await findPrimary({
      sentinels,
      group,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
      timeoutMs: sentinelTimeoutMs,
      signal,
    });
    const heard = believe(believed, primary);
    if (heard.kind !== "found") {
      unclear += 1;
      publish("redis-baton:unclear", { client: name, reason: heard.reason });
      return heard;
    }
    unclear = 0;
    believed = heard.word;
    if (heard.isAnother) {
      publish("redis-baton:primary", {
        client: name,
        address: textOf(believed),
        epoch: believed.epoch,
      });
      onAnother(believed);
    }
    return heard;
  };
  // Where nothing is clear, asking with every command would help nobody.
  const validForMs = (heard: Heard, tookMs: number): number =>
    heard.kind === "found" ? askAgainMs - tookMs : pauseMs(unclear, options);
  const fresh = createFresh(load, validForMs);
  return {
    hear: () => fresh.get(),
    believed: () => believed,
    doubt() {
      if (unclear === 0) fresh.expire();
    },
    wake() {
      fresh.expire();
      // It rejects only when the client is closed, and then nobody wants to know.
      fresh.get().catch(() => undefined);
    },
  };
}

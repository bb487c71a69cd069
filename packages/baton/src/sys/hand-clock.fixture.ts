// A clock that a test turns by hand.
import type { Clock } from "./clock.ts";

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** Time passes only when it is told to; whoever sleeps wakes at the millisecond that it asked for. */
export class HandClock implements Clock {
  private nowMs = 1_000;
  private sleepers: Sleeper[] = [];

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const sleeper = { untilMs: this.nowMs + ms, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener("abort", () => {
        this.sleepers = this.sleepers.filter((one) => one !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    // Who was let go at once writes down the time only now.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const [next] = this.sleepers.toSorted((one, other) => one.untilMs - other.untilMs);
      if (next === undefined || next.untilMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, next.untilMs);
      this.sleepers = this.sleepers.filter((one) => one !== next);
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.nowMs = endMs;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

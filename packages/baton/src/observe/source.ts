// One thing that can be asked again and again: at most one question under way, the last answer kept
// with its age.
import type { Clock } from "../sys/clock.ts";

export interface Source<T> {
  /**
   * Asks unless an answer is still awaited; resolves when the present question is settled. Never
   * rejects.
   */
  ask(): Promise<void>;
  /** The last answer when it is at most `freshMs` old, otherwise a sentence on why there is none. */
  latest(
    freshMs: number,
  ): { readonly kind: "answer"; readonly value: T } | { readonly kind: "none"; readonly reason: string };
}

export function sourceOf<T>(question: () => Promise<T>, clock: Clock): Source<T> {
  let underWay: Promise<void> | undefined;
  let last:
    | { readonly atMs: number; readonly value: T | undefined; readonly reason: string }
    | undefined;

  async function askOnce(): Promise<void> {
    try {
      last = { atMs: clock.monotonicMs(), value: await question(), reason: "" };
    } catch (error) {
      last = { atMs: clock.monotonicMs(), value: undefined, reason: (error as Error).message };
    }
  }

  return {
    ask() {
      underWay ??= askOnce().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    latest(freshMs) {
      if (last === undefined) return { kind: "none", reason: "has not answered yet" };
      const ageMs = Math.round(clock.monotonicMs() - last.atMs);
      if (last.value === undefined) return { kind: "none", reason: last.reason };
      if (ageMs > freshMs) return { kind: "none", reason: `last answered ${ageMs} ms ago` };
      return { kind: "answer", value: last.value };
    },
  };
}

// One thing that can be asked again and again: at most one question under way, the last answer kept
// with its age.
import { isRefusal } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import type { NoAnswer } from "./types.ts";

export type Latest<T> =
  | { readonly kind: "answer"; readonly value: T }
  | ({ readonly kind: "none" } & NoAnswer);

export interface Source<T> {
  /**
   * Asks unless an answer is still awaited; resolves when the present question is settled. Never
   * rejects.
   */
  ask(): Promise<void>;
  /** The last answer when it is at most `freshMs` old, otherwise a sentence on why there is none. */
  latest(freshMs: number): Latest<T>;
}

export function sourceOf<T>(question: () => Promise<T>, clock: Clock): Source<T> {
  let underWay: Promise<void> | undefined;
  let last: { readonly atMs: number; readonly latest: Latest<T> } | undefined;

  async function askOnce(): Promise<void> {
    const atMs = clock.monotonicMs();
    try {
      last = { atMs, latest: { kind: "answer", value: await question() } };
    } catch (error) {
      const { message: reason } = error as Error;
      last = { atMs, latest: { kind: "none", reason, isRefused: isRefusal(error) } };
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
      if (last === undefined) return { kind: "none", reason: "has not answered yet", isRefused: false };
      const ageMs = Math.round(clock.monotonicMs() - last.atMs);
      if (last.latest.kind === "none" || ageMs <= freshMs) return last.latest;
      return { kind: "none", reason: `last answered ${ageMs} ms ago`, isRefused: false };
    },
  };
}

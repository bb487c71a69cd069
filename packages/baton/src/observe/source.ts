// One thing that can be asked again and again, for all or for as little as will do: at most one question
// under way, the last answer kept with its age.
import { isRefusal } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import type { NoAnswer } from "./types.ts";

export type Latest<T> =
  | { readonly kind: "answer"; readonly value: T }
  | ({ readonly kind: "none" } & NoAnswer);

export interface Source<T> {
  /**
   * Asks unless an answer is still awaited; resolves when the present question is settled. Whoever wants to
   * know all is not served by a brief question that is under way: it is asked for all right after that. Never
   * rejects.
   */
  ask(isBrief?: boolean): Promise<void>;
  /** The last answer when it is at most `freshMs` old, otherwise a sentence on why there is none. */
  latest(freshMs: number): Latest<T>;
}

export function sourceOf<T>(question: (isBrief: boolean) => Promise<T>, clock: Clock): Source<T> {
  let underWay: { readonly settled: Promise<void>; readonly isBrief: boolean } | undefined;
  let last: { readonly atMs: number; readonly latest: Latest<T> } | undefined;

  async function askOnce(isBrief: boolean): Promise<void> {
    const atMs = clock.monotonicMs();
    try {
      last = { atMs, latest: { kind: "answer", value: await question(isBrief) } };
    } catch (error) {
      const { message: reason } = error as Error;
      last = { atMs, latest: { kind: "none", reason, isRefused: isRefusal(error) } };
    }
  }

  return {
    ask(isBrief = false) {
      const before = underWay;
      if (before !== undefined && (isBrief || !before.isBrief)) return before.settled;
      const asked = before?.settled.then(() => askOnce(isBrief)) ?? askOnce(isBrief);
      const mine = {
        isBrief,
        settled: asked.finally(() => {
          if (underWay === mine) underWay = undefined;
        }),
      };
      underWay = mine;
      return mine.settled;
    },
    latest(freshMs) {
      if (last === undefined) return { kind: "none", reason: "has not answered yet", isRefused: false };
      const ageMs = Math.round(clock.monotonicMs() - last.atMs);
      if (last.latest.kind === "none" || ageMs <= freshMs) return last.latest;
      return { kind: "none", reason: `last answered ${ageMs} ms ago`, isRefused: false };
    },
  };
}

// What an answer of the Sentinels changes in what a client believes. Pure.
import type { Primary } from "./judge.ts";
import { type Address, sameAddress, textOf } from "./library.ts";
import { firstWord } from "./outcome.ts";

/** The primary that is believed. */
export interface Word extends Address {
  /** Sentinel's config-epoch: grows with every failover. */
  readonly epoch: number;
}

export type Heard =
  | { readonly kind: "found"; readonly word: Word; readonly isAnother: boolean }
  | { readonly kind: "unclear"; readonly reason: string }
  /** All Sentinels refuse us: asking again will not help. */
  | { readonly kind: "refused"; readonly reason: string; readonly error: string };

const REFUSALS = new Set(["NOAUTH", "NOPERM", "WRONGPASS"]);

/**
 * An epoch older than the newest that was believed is never believed again: Sentinels that come back answer
 * with their old configuration, and two of them agree on a former primary.
 */
export function believe(before: Word | undefined, primary: Primary): Heard {
  if (primary.kind === "unclear") {
    const { reason, answers } = primary;
    const refusals = answers.map((answer) =>
      answer.kind === "none" ? firstWord(answer.refusal ?? "") : "",
    );
    const [error = ""] = refusals;
    return refusals.length > 0 && refusals.every((word) => REFUSALS.has(word))
      ? { kind: "refused", reason, error }
      : { kind: "unclear", reason };
  }
  const { host, port, epoch } = primary;
  const word: Word = { host, port, epoch };
  if (before !== undefined && epoch < before.epoch) {
    const newer = `${textOf(before)} in epoch ${before.epoch} was believed before`;
    return {
      kind: "unclear",
      reason: `the Sentinels name ${textOf(word)} in epoch ${epoch}, and ${newer}`,
    };
  }
  return { kind: "found", word, isAnother: before === undefined || !sameAddress(before, word) };
}

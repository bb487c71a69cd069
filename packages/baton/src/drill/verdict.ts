// held, broken or unknown: a promise that could not be measured is never held.
import { type Checker, type Judged, type Statement, unknown } from "./checkers/checker.ts";
import { checkers } from "./checkers/index.ts";
import type { PromiseResult, Verdict } from "./types.ts";

const RANK: Readonly<Record<Verdict, number>> = { broken: 0, unknown: 1, held: 2 };

/**
 * A checker that fails has found out nothing. It is a bug, and is told as one; but the drill has broken a
 * cluster, and whoever waits for its report is to have what the other checkers found.
 */
function checked({ id, check }: Checker, judged: Judged): Statement | undefined {
  try {
    return check(judged);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unknown(`the checker ${id} failed, which is a bug of Baton: ${why}`);
  }
}

/**
 * Worst first: one broken promise breaks the drill, one that could not be measured leaves it
 * unknown.
 */
export function judge(
  judged: Judged,
  by: readonly Checker[] = checkers,
): {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly promises: readonly PromiseResult[];
} {
  const promises = by.flatMap((checker) => {
    const statement = checked(checker, judged);
    return statement === undefined ? [] : [{ promise: checker.id, ...statement }];
  });
  promises.sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
  return {
    verdict: promises[0]?.verdict ?? "unknown",
    reasons: promises.map(({ sentence }) => sentence),
    promises,
  };
}

// The newest decision that says something new, out of turns that mostly say the same again. Pure.
import type { Decision } from "../decide/types.ts";

export interface DecisionStatus {
  /** route, hold, stay, fence, attach-replica, ...: the kinds of decide/types.ts. */
  readonly kind: string;
  readonly reason: string;
  /** ISO 8601, UTC: when it was first said. */
  readonly at: string;
}

export interface Said {
  readonly newest: DecisionStatus;
  /** What was last said of the route: to say it once more is no news. */
  readonly aboutRoute: string;
}

/**
 * Something that is done beside the route comes before it. A turn that only repeats what was said before
 * changes nothing, also when something was done in between.
 */
export function newestDecision(
  before: Said | undefined,
  decisions: readonly Decision[],
  at: string,
): Said | undefined {
  const [first, ...deeds] = decisions;
  if (first === undefined) return before;
  const { reason: aboutRoute } = first;
  const [deed] = deeds;
  const isNews = deed !== undefined || before?.aboutRoute !== aboutRoute;
  if (!isNews) return before;
  const { kind, reason } = deed ?? first;
  const isKnown = before?.newest.kind === kind && before.newest.reason === reason;
  return { newest: isKnown ? before.newest : { kind, reason, at }, aboutRoute };
}

// How often a group is looked at: seldom while nothing goes on, often in trouble, and never so often that the
// looks at all groups of a process keep each other waiting. Pure.

import type { Layout } from "../cluster/types.ts";
import { isReplicated } from "../decide/in-sync.ts";
import { CONFIRMATIONS_FRESH_MS } from "../decide/types.ts";

export interface Pace {
  /** Whoever does not answer within it is represented by the last answer. Milliseconds. */
  readonly graceMs: number;
  /** From the end of one turn to the beginning of the next. Milliseconds. */
  readonly pauseMs: number;
}

const CALM: Pace = { graceMs: 300, pauseMs: 500 };
const URGENT: Pace = { graceMs: 40, pauseMs: 25 };
/** All groups of a process together are looked at 500 times a second while nothing goes on. */
const CALM_MS_A_GROUP = 2;
/** And a thousand times at most while something does. */
const URGENT_MS_A_GROUP = 1;
/** Where routers ask replicas to confirm: what they were told holds for twice this. Milliseconds. */
const CONFIRMING_PAUSE_MS_MAX = CONFIRMATIONS_FRESH_MS / 2;
/** Room for the turn itself on a busy host. Milliseconds. */
const TURN_MS = 1_000;

/** While nothing goes on: what does wakes the loop. */
export function calmPace(layout: Layout): Pace {
  const pauseMs = Math.max(CALM.pauseMs, layout.groups.length * CALM_MS_A_GROUP);
  return {
    ...CALM,
    pauseMs: isReplicated(layout) ? Math.min(pauseMs, CONFIRMING_PAUSE_MS_MAX) : pauseMs,
  };
}

/**
 * An agent that was frozen answers its first request before its first new turn: what it saw before must not
 * count. Milliseconds.
 */
export const turnFreshMs = (layout: Layout): number => calmPace(layout).pauseMs + TURN_MS;

/**
 * While something is going on, in so many groups at once. When a host with hundreds of primaries is lost, or
 * an agent has just begun and knows of none, looks that wait for each other miss their deadlines, and what is
 * late looks like trouble, too: it would never end.
 */
export const urgentPace = (urgentGroups: number): Pace => ({
  graceMs: Math.min(CALM.graceMs, Math.max(URGENT.graceMs, urgentGroups * URGENT_MS_A_GROUP)),
  pauseMs: Math.max(URGENT.pauseMs, urgentGroups * URGENT_MS_A_GROUP),
});

// How long writes may be paused before Sentinel takes the silence of its pings for a crash. Pure.
import type { GroupPlan } from "../cluster/types.ts";

/** Sentinel needs 150 to 300 ms for a promotion; more than this is of no use on any machine. */
const PAUSE_MS_MAX = 3_000;
/** Sentinel looks every 100 ms, and Redis ends a pause up to 100 ms late. */
const TICK_MS = 100;
/** A Sentinel does not open its connections to a node again within this time of the last attempt. */
const RECONNECT_MS = 1_000;

/**
 * While writes are paused a Sentinel's pings wait behind its own PUBLISH, which is paused like a write
 * (Redis 6.2 and later). Once a ping has waited for half of down-after, Sentinel closes the connection. When
 * it has just opened its other one anew, because for three publish periods no hello came through, it opens
 * this one a second after that: later than the pause, and it has counted all the while. So a pause ends
 * before that half, or it leaves room for that second.
 */
export function longestPauseMs(downAfterMs: number): number {
  const beforeItCloses = Math.floor(downAfterMs / 2) - TICK_MS;
  const withReconnection = downAfterMs - RECONNECT_MS - 3 * TICK_MS;
  return Math.max(beforeItCloses, withReconnection);
}

/** What a switchover takes when nobody says otherwise. */
export function pauseOf({ timings }: Pick<GroupPlan, "timings">): number {
  return Math.min(PAUSE_MS_MAX, longestPauseMs(timings.downAfterMs.value));
}

// When this observer should not trust itself: the same idea as Sentinel's TILT, for our own process.
import type { Doubt } from "../decide/types.ts";
import type { Absence } from "../sys/presence.ts";

/**
 * Sentinel's own TILT trigger is 2000 ms; ours is smaller because a held turn costs only one look
 * more.
 */
const STALL_MS = 500;
const CLOCK_JUMP_MS = 1_000;

export function doubtsFrom({ stalledMs, clockJumpMs }: Absence): readonly Doubt[] {
  const doubts: Doubt[] = [];
  if (stalledMs > STALL_MS) doubts.push({ kind: "stalled", forMs: stalledMs });
  if (Math.abs(clockJumpMs) > CLOCK_JUMP_MS) doubts.push({ kind: "clock-jumped", byMs: clockJumpMs });
  return doubts;
}

// Writes that were told anything but OK from a moment on: what a cure that should go unnoticed costs.
import type { LedgerEntry } from "../types.ts";

/**
 * `sinceMs` is relative to the fault. A write that was never answered because the drill ended counts for
 * nothing.
 */
export function failedSince(entries: readonly LedgerEntry[], sinceMs: number): number {
  return entries.filter(
    ({ outcome, settledAtMs }) =>
      outcome.kind !== "acknowledged" && settledAtMs !== undefined && settledAtMs >= sinceMs,
  ).length;
}

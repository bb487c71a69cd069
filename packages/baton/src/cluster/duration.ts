// Durations as people write them in a cluster file ("500ms", "3s", "2m") and as the code counts them: in
// milliseconds.
import { assert } from "../errors.ts";
import type { Objectives } from "./types.ts";

/** The written form, also part of the JSON Schema. */
export const DURATION_PATTERN = /^(\d{1,9})(ms|s|m)$/;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** @returns milliseconds, or undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, count = "", unit = ""] = match;
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
}

/** The shortest text that `parseDuration` turns back into the same whole, non-negative milliseconds. */
export function formatDuration(durationMs: number): string {
  assert(
    Number.isSafeInteger(durationMs) && durationMs >= 0,
    `${durationMs} is no duration in whole milliseconds`,
  );
  if (durationMs % 60_000 === 0 && durationMs > 0) return `${durationMs / 60_000}m`;
  return durationMs % 1000 === 0 ? `${durationMs / 1000}s` : `${durationMs}ms`;
}

/** The rpo as the cluster file has it: "5s" or "none". */
export function formatRpo(rpo: Objectives["rpo"]): string {
  return rpo.kind === "none" ? "none" : formatDuration(rpo.ms);
}

/** For sentences: "800 ms", "1.8 s". */
export function spokenDuration(durationMs: number): string {
  return durationMs < 1000 ? `${durationMs} ms` : `${Number((durationMs / 1000).toFixed(2))} s`;
}

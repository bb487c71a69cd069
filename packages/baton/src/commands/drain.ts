// The time that --drain gives to sessions.
import { parseDuration } from "../cluster/duration.ts";
import { BatonError } from "../errors.ts";

const DRAIN_MS_MAX = 3_600_000;

/** @throws BatonError USAGE */
export function drainFrom(given: unknown): number {
  const ms = typeof given === "string" ? parseDuration(given) : undefined;
  if (ms !== undefined && ms <= DRAIN_MS_MAX) return ms;
  throw new BatonError("USAGE", `--drain ${String(given)}: expected a duration up to 60m, such as 10s`);
}

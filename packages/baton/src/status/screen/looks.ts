// What the looks of a watching command have come to: the last that succeeded with its age, and what has kept
// it from another since. A screen never shows an old look as if it were of now.
import { momentText, spokenAge } from "../ages.ts";
import type { ShownStatus } from "../shown.ts";
import { type Line, plain } from "../spans.ts";

export type LookEvent =
  | { readonly kind: "looking" }
  | { readonly kind: "seen"; readonly status: ShownStatus }
  | { readonly kind: "failed"; readonly reason: string };

/** All times are monotonic milliseconds of the command. */
export interface Looks {
  readonly seen: { readonly status: ShownStatus; readonly atMs: number } | undefined;
  /** Undefined when the last look succeeded. */
  readonly failure: { readonly reason: string; readonly sinceMs: number } | undefined;
  /** Since when a look is under way. */
  readonly lookingMs: number | undefined;
}

export const noLooks: Looks = { seen: undefined, failure: undefined, lookingMs: undefined };

/** A look every second, and the slowest an observer allows itself. */
const FRESH_MS = 3_000;

export function afterLook(looks: Looks, event: LookEvent, nowMs: number): Looks {
  const { seen, failure } = looks;
  switch (event.kind) {
    case "looking":
      return { ...looks, lookingMs: nowMs };
    case "failed":
      return {
        seen,
        failure: { reason: event.reason, sinceMs: failure?.sinceMs ?? nowMs },
        lookingMs: undefined,
      };
    case "seen": {
      const { status } = event;
      // An agent that answers and no longer looks tells the same moment again: that is as old as it was.
      const isSame = seen?.status.at === status.at && seen.status.observedBy === status.observedBy;
      return {
        seen: { status, atMs: isSame ? seen.atMs : nowMs },
        failure: undefined,
        lookingMs: undefined,
      };
    }
  }
}

export const isStale = ({ seen, failure }: Looks, nowMs: number): boolean =>
  seen !== undefined && (failure !== undefined || nowMs - seen.atMs > FRESH_MS);

const observerOf = ({ observedBy }: ShownStatus): string =>
  observedBy === "command" ? "this command" : `the agent on ${observedBy}`;

/** How old is what stands below, who saw it, and why nothing newer is there. */
export function looksLine({ seen, failure, lookingMs }: Looks, nowMs: number): Line {
  const waitedMs = lookingMs === undefined ? 0 : nowMs - lookingMs;
  const waits = `the present look has taken ${spokenAge(waitedMs)} so far`;
  if (seen === undefined) {
    if (failure === undefined) return [plain(waitedMs > FRESH_MS ? `looking; ${waits}` : "looking ...")];
    const since = `nothing seen yet, for ${spokenAge(nowMs - failure.sinceMs)}: ${failure.reason}`;
    return [{ text: since, tone: "bad" }];
  }
  const { status, atMs } = seen;
  const ageMs = nowMs - atMs;
  const told = `seen by ${observerOf(status)} at ${momentText(status.at, status.at)}`;
  if (failure !== undefined) {
    const tail = `; since then: ${failure.reason}`;
    return [{ text: `OLD: ${told}, ${spokenAge(ageMs)} ago${tail}`, tone: "bad" }];
  }
  if (ageMs <= FRESH_MS) return [{ text: told, tone: "faint" }];
  const why = lookingMs === undefined || waitedMs < 1_000 ? "nothing newer since" : waits;
  return [{ text: `OLD: ${told}, ${spokenAge(ageMs)} ago; ${why}`, tone: "bad" }];
}

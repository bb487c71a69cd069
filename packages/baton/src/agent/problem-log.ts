// Notes in the journal when the problems of a group change, so that its history tells when all was well
// again. Pure but for the callback.
import type { Problem } from "../decide/types.ts";

/** A change must last this long: what comes and goes within a turn is no news, and would fill the disk. */
const SETTLED_MS = 1_000;

export interface ProblemLog {
  /** The problems of the present turn, at monotonic `nowMs`. */
  see(problems: readonly Problem[], nowMs: number): void;
}

/** `note` gets the codes that there are now, none when the last problem is gone. */
export function openProblemLog(note: (codes: readonly string[]) => void): ProblemLog {
  let noted = "";
  let candidate = { codes: "", sinceMs: 0 };
  return {
    see(problems, nowMs) {
      const found = [...new Set(problems.map(({ code }) => code))].sort();
      const codes = found.join(" ");
      if (codes !== candidate.codes) candidate = { codes, sinceMs: nowMs };
      if (codes === noted || nowMs - candidate.sinceMs < SETTLED_MS) return;
      noted = codes;
      note(found);
    },
  };
}

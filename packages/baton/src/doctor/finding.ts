// What doctor says: a finding is a value, with its place, its reason and its way out.

export type Severity = "error" | "warning" | "info";

/** Worst first. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];

/**
 * Where something stands. `line` and `column` count from 1. For what a running process says, `file` is its
 * ADDRESS:PORT and both are 0.
 */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A change of one file that is certain to be right: `length` characters from `place` become `text`. */
export interface Edit {
  readonly place: Place;
  /** Of the old text, on that line; 0 inserts. */
  readonly length: number;
  readonly text: string;
}

/** What a rule's check returns. Never with a password in it. */
export interface Draft {
  readonly place: Place;
  /** What was found and what was expected, as one sentence without the reason, which is the rule's. */
  readonly message: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  /** What to do in this case, where more can be said than in the rule. */
  readonly fix?: string;
  /** Where the fix is certain: all of them or none. */
  readonly edits?: readonly Edit[];
  /** The same for running processes: commands for all that are named, with their undo. */
  readonly commands?: readonly LiveChange[];
}

export interface LiveChange {
  /** ADDRESS:PORT */
  readonly to: string;
  readonly command: readonly [string, ...string[]];
  /** Brings back what was there. */
  readonly undo: readonly [string, ...string[]];
  /** Asks for the value, and the answer that proves the change. */
  readonly proof: LiveProof;
}

/** The answer is a list of names and values, as of CONFIG GET and SENTINEL MASTER. */
export interface LiveProof {
  readonly ask: readonly [string, ...string[]];
  /** The name that counts; without it the last word of the question. */
  readonly field?: string;
  readonly expected: string;
}

/** What a rule would have to know to judge; shown with --verbose only. */
export interface Need {
  readonly needs: string;
}

export interface Finding extends Draft {
  readonly rule: string;
  readonly severity: Severity;
  readonly why: string;
  readonly fix: string;
}

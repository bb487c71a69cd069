// The shape of every checker: pure, from what was measured to one promise, kept or not, with its evidence.
import type { Audited } from "../audit.ts";
import type { Expectation } from "../fault.ts";
import type { ClientResult, DrillResult, Verdict } from "../types.ts";

/** What a drill has measured, and what its fault allows. */
export interface Judged {
  readonly rto: DrillResult["rto"];
  readonly rpo: DrillResult["rpo"];
  readonly targets: DrillResult["targets"];
  readonly stale: DrillResult["stale"];
  readonly clients: readonly Pick<ClientResult, "kind" | "way" | "duplicated" | "reads">[];
  /** Planned and in good order: no acknowledged write may be lost. */
  readonly isLossless: boolean;
  readonly findings: readonly string[];
  readonly audited: Pick<Audited, "differences">;
  readonly isWhole: boolean;
  readonly ghosts: number;
  /** Writes that were answered before they were sent, by the drill's own clock. */
  readonly backwards: number;
  readonly stalledMs: number;
  /** By how much the wall clock has moved against the monotonic one since the fault. */
  readonly clockJumpMs: number;
  /** Whether the primary fell silent instead of refusing connections. */
  readonly isSilent: boolean;
  readonly expects: Expectation;
  /** How long a primary may take to end in good order; 0 for every other fault. */
  readonly endsWithinMs: number;
  /** Another node was named primary, and which is in the end; undefined where none was. */
  readonly movedTo: string | undefined;
  /**
   * Writes of clients on the router that failed after the cure; undefined where it may disturb them.
   */
  readonly failedAfterCure: number | undefined;
  /** Without agents and routers: the clients that ask the Sentinels are what is measured. */
  readonly isStock?: boolean;
}

export interface Statement {
  readonly verdict: Verdict;
  readonly sentence: string;
}

export interface Checker {
  readonly id: string;
  readonly summary: string;
  /** undefined where the promise is none for this drill. */
  check(judged: Judged): Statement | undefined;
}

export const held = (sentence: string): Statement => ({ verdict: "held", sentence });
export const broken = (sentence: string): Statement => ({ verdict: "broken", sentence });
export const unknown = (sentence: string): Statement => ({ verdict: "unknown", sentence });

// The words of a planned handover: what it needs, what each step is, how it ends.
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import type { Handover } from "../observe/types.ts";
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";

/** One thing that was looked at before anything was touched. */
export interface Check {
  readonly id: string;
  readonly ok: boolean;
  /** What was found. */
  readonly sentence: string;
}

/** Where the writes are, where they go, and by whose word. */
export interface Course {
  readonly from: NodePlan;
  readonly to: NodePlan;
  /** The config-epoch that the Sentinels agree on. */
  readonly epoch: number;
  /** The host of the Sentinel that is asked to fail over. */
  readonly sentinel: string;
}

export interface Doors {
  node(id: string): Door;
  sentinel(host: string): Door;
}

/** What the steps share while they run; only steps write to it. */
export interface Ground {
  readonly group: GroupPlan;
  readonly doors: Doors;
  /** Hosts of all Sentinels in the plan. */
  readonly sentinels: readonly string[];
  /** Hosts of the group's routers. */
  readonly routers: readonly string[];
  readonly clock: Clock;
  readonly course: Course;
  readonly id: string;
  /** Of the drill that this switchover is part of. */
  readonly drill?: string | undefined;
  readonly maxPauseMs: number;
  /** Seconds that the cluster file gives to repl-ping-replica-period. */
  readonly pingPeriodSeconds: number;
  readonly moments: {
    pausedMs: number | undefined;
    promotedMs: number | undefined;
    acceptedMs: number | undefined;
  };
  /** Whether writes were let through again before the promotion came after all. */
  isLate: boolean;
  /** Full resyncs counted by all nodes before anything was touched. */
  fullSyncsBefore: number;
  fullResyncs: number | undefined;
}

export interface Step {
  readonly id: string;
  readonly summary: string;
  /** How the step takes back what it did, in words; undefined where it changes nothing. */
  readonly undone: string | undefined;
  readonly deadline: string;
  /** @returns what was done, in a sentence. @throws BatonError when it cannot be done in time. */
  act(ground: Ground, signal: AbortSignal): Promise<string>;
  undo?(ground: Ground): Promise<void>;
}

export interface Progress {
  readonly step: string;
  readonly state: "begins" | "done" | "failed" | "undone";
  /** Milliseconds since the switchover began. */
  readonly atMs: number;
  readonly sentence: string;
}

/** The contract of `baton switchover --json`. */
export interface SwitchoverResult {
  readonly group: string;
  /**
   * `done`; `refused`: a check failed and nothing was touched; `undone`: a step failed before the
   * promotion and nothing has changed; `incomplete`: the new primary serves, and something after that
   * did not come true in time.
   */
  readonly outcome: "done" | "refused" | "undone" | "incomplete" | "dry-run";
  readonly reason: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly epoch: number | null;
  readonly checks: readonly Check[];
  readonly steps: readonly Progress[];
  /** How long the old primary let nobody write until the new one took writes. */
  readonly pauseMs: number | null;
  readonly fullResyncs: number | null;
  /** True when writes went to the old primary between its pause and a promotion that came late. */
  readonly late: boolean;
}

export const handoverOf = ({ id, course }: Ground, phase: Handover["phase"]): Handover => ({
  id,
  from: course.from.id,
  to: course.to.id,
  epoch: course.epoch,
  phase,
});

// What /api/live is made of: the agent gives it, the stream tells it.
import type { Recall } from "../journal/recall.ts";
import type { GroupStatus } from "../status/status.ts";
import type { Clock } from "../sys/clock.ts";

export interface LiveSource {
  /** What does not change while the agent runs. */
  readonly about: {
    /** The agent's host. */
    readonly observedBy: string;
    readonly version: string;
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    readonly hosts: readonly { readonly name: string; readonly zone: string }[];
    /** From one look at a group in which nothing goes on to the next. */
    readonly lookEveryMs: number;
  };
  /** Names, in the order of the cluster file. */
  readonly groups: readonly string[];
  /** As the last turn has left it. */
  status(group: string): GroupStatus;
  /** Milliseconds since the last turn of the group that has waited longest; null before the first of all. */
  oldestTurnMs(): number | null;
  /** Calls with a group's name after each of its turns; returns how to end that. */
  onTurn(listener: (group: string) => void): () => void;
  readonly recall: Recall;
  readonly clock: Pick<Clock, "monotonicMs" | "wallMs">;
}

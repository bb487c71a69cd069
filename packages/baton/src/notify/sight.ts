// What one turn of the loop shows of a group, as far as people may have to be told of it.
import type { RunningDrill } from "../cluster/drill-note.ts";
import type { Problem, ProblemCode } from "../decide/types.ts";
import type { Incident } from "../journal/incidents.ts";

export interface Sight {
  readonly group: string;
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  readonly wallMs: number;
  /** The newest epoch that a majority had named before this turn. */
  readonly epochBefore: number;
  /** Whether the route leads to a primary that this turn has heard. */
  readonly hasPrimary: boolean;
  readonly problems: readonly Problem[];
  /** Of this group, since this agent started; the newest few. */
  readonly incidents: readonly Incident[];
  readonly drill: RunningDrill | undefined;
  /** The id of the switchover that is under way. */
  readonly switchover: string | undefined;
  /** The observer distrusts itself, and so does whoever reads it. */
  readonly isDoubtful: boolean;
}

/**
 * What is no trouble of the group: work that somebody does on purpose, what is told as a failover or a
 * switchover anyhow, and doubts of this observer about itself.
 */
const UNTOLD = new Set<ProblemCode>([
  "failover-running",
  "maintenance",
  "observer-doubt",
  "switchover-running",
]);

export const troublesOf = ({ problems }: Sight): readonly Problem[] =>
  problems.filter(({ code, severity }) => severity !== "info" && !UNTOLD.has(code));

/** Nobody is told of what happens meanwhile: somebody does it on purpose. */
export const isQuiet = ({ problems, drill }: Sight): boolean =>
  drill !== undefined || problems.some(({ code }) => code === "maintenance");

/** Steps that only a failover which really began has. */
const BEGUN = new Set(["elected", "promoted", "early", "announced", "confirmed"]);

export const hasBegun = ({ kind, steps }: Incident): boolean =>
  kind !== "failover" || steps.some(({ name }) => BEGUN.has(name));

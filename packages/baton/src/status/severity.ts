// How bad it is about a group, in a word and a figure: the same on the page and in a terminal. Pure.
import type { GroupStatus, NodeStatus } from "./status.ts";
import type { ShownProblem } from "./shown.ts";

export type Severity = "error" | "warning" | "info" | "fine";

/** The worst first. */
export const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, fine: 3 };

/** The first of those that are as bad; undefined without any. */
export function worstOf<Problem extends Pick<ShownProblem, "severity">>(
  problems: readonly Problem[],
): Problem | undefined {
  let worst: Problem | undefined;
  for (const problem of problems) {
    if (worst === undefined || RANK[problem.severity] < RANK[worst.severity]) worst = problem;
  }
  return worst;
}

/** Without a route writes go nowhere: that is an error even where no problem says why. */
export function severityOf(
  problems: readonly Pick<ShownProblem, "severity">[],
  { kind }: Pick<GroupStatus["route"], "kind">,
): Severity {
  return kind === "none" ? "error" : (worstOf(problems)?.severity ?? "fine");
}

/** Of the replica that is furthest behind; undefined when of none the lag is known. */
export function lagBytesMaxOf(
  nodes: readonly Pick<NodeStatus, "role" | "lagBytes">[],
): number | undefined {
  let most: number | undefined;
  for (const { role, lagBytes } of nodes) {
    if (role === "replica" && lagBytes !== null) most = Math.max(most ?? 0, lagBytes);
  }
  return most;
}

// What the rules of the timings share: the facts they look at, and how a value set by hand is told from
// a derived one.
import type { Cluster, Derived, Group } from "./types.ts";
import type { Path } from "./yaml-source.ts";

export interface TimingProblem {
  /** The key of the cluster file to change. */
  readonly path: Path;
  readonly message: string;
}

export interface Facts {
  readonly cluster: Cluster;
  readonly group: Group;
  /** Of the whole cluster: every Sentinel watches every group. */
  readonly sentinels: number;
  /** Of the group, while its first primary is the primary. */
  readonly replicas: number;
  /** Notes a problem; the rule goes on with the nearest value that can be kept. */
  readonly refuse: (path: Path, message: string) => void;
}

/** Sentences that are too long for a line of code. */
export function prose(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

export function derived(value: number, reason: string): Derived {
  return { value, reason, origin: "derived" };
}

/** The value set by hand, with what it means and what it replaces; or the derived one. */
export function choose(
  set: number | undefined,
  value: number,
  unit: string,
  reason: (value: number) => string,
): Derived {
  if (set === undefined) return derived(value, reason(value));
  const instead = set === value ? "as would be derived" : `instead of ${value}${unit}`;
  return { value: set, origin: "set", reason: prose(`Set by hand, ${instead}.`, reason(set)) };
}

// The shape of every rule: one file each, a plain object, named by its stable id.
import type { Facts } from "./facts.ts";
import type { Draft, Need, Severity } from "./finding.ts";

/** Files by path, as a reader would have them on disk; a path says what kind of file it is. */
export type ExampleFiles = Readonly<Record<string, string>>;

export interface RuleExample {
  /** What is shown, as one sentence. */
  readonly about: string;
  readonly files: ExampleFiles;
}

export interface Rule {
  /** As in the catalogue: SEN001. Stable; never used again for another. */
  readonly id: string;
  /** The mistake in a few words, lower case: "quorum higher than the number of Sentinels". */
  readonly title: string;
  /** The worst that its findings have. */
  readonly severity: Severity;
  /** What Redis or Sentinel does then: one to three sentences, with versions and issue numbers. */
  readonly why: string;
  /** What to do, in general. */
  readonly fix: string;
  /** Where it can be seen: issue numbers, "measured", a manual. */
  readonly evidence: string;
  /** The oldest version it is about, as "7.0"; without one: all that Baton knows. */
  readonly since?: string;
  /** `static` where files show it, `live` where running processes do. */
  readonly sees: readonly ("static" | "live")[];
  /** Found by the rule. Needed for every rule that sees files. */
  readonly bad?: RuleExample;
  /** Looks alike, and is right. */
  readonly good?: RuleExample;
  /** Pure. Never throws for what it finds; says nothing when it lacks the facts, or what it would need. */
  readonly check: (facts: Facts) => Iterable<Draft | Need>;
}

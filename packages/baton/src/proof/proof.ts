// The shape of every proof: one file each, a plain object: one story of real processes, told twice.
import type { Ground } from "./ground.ts";

export type Side = "mistake" | "fix";

/** What was measured on one side. Neither harmed nor whole proves nothing, and is said to be so. */
export interface Observation {
  /** The harm that the rule speaks of was there, by a positive sign wherever Redis gives one. */
  readonly isHarmed: boolean;
  /** Everything was as it should be. */
  readonly isWhole: boolean;
  /** One clause with the figures, without a full stop. */
  readonly says: string;
  /** The same for machines; units stand in the names. */
  readonly figures: Readonly<Record<string, number | string | boolean>>;
}

export interface Proof {
  /** A rule of `baton doctor`: SEN001. */
  readonly rule: string;
  /** What happens on both sides, as one sentence. */
  readonly says: string;
  /** For one side on a quiet machine; one that takes longer is ended. */
  readonly secondsAtMost: number;
  /** The only difference between the sides, in a few words. */
  readonly sides: Readonly<Record<Side, string>>;
  /** Both sides run it; what it observes must not depend on the side. */
  readonly run: (ground: Ground, side: Side) => Promise<Observation>;
}

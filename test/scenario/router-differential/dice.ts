// Everything random of the differential test, from one number.
import { randomFrom } from "../../sim/engine.ts";

export interface Dice {
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Mostly small, sometimes `most`: how deep pipelines are, and how long values. */
  skewed(most: number): number;
}

export function diceFrom(seed: number): Dice {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    chance: (share) => random() < share,
    pick<T>(list: readonly T[]): T {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
    skewed: (most) => 1 + Math.floor(most ** (random() ** 1.5) * random()),
  };
}

// What a drill promises, without its time: tests share two cores with each other, and a failover that takes a
// second longer there says nothing of the program. How long one takes is measured by benchmarks and drills.
import { expect } from "vitest";
import type { DrillResult } from "../../../packages/baton/src/drill/types.ts";

const EXIT_OF = { held: 0, broken: 1, unknown: 4 };

/** Every promise was kept, but for the seconds until clients wrote again; and the exit code says the same. */
export function expectKept(code: number | null, { promises, verdict, rto, whole }: DrillResult): void {
  const isTime = (promise: string) => promise === "rto" && rto.measuredMs !== null;
  const others = promises.filter(({ promise }) => !isTime(promise));
  const broken = others.filter((one) => one.verdict !== "held").map(({ sentence }) => sentence);
  expect({ broken, whole }).toEqual({ broken: [], whole: true });
  expect(code).toBe(EXIT_OF[verdict]);
}

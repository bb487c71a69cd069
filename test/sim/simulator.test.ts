import { describe, expect, test } from "vitest";
import { agree } from "../../packages/baton/src/decide/agree.ts";
import { type DecideInput, decide } from "../../packages/baton/src/decide/decide.ts";
import type { Memory } from "../../packages/baton/src/decide/types.ts";
import type { View } from "../../packages/baton/src/observe/types.ts";
import { steps } from "../../packages/baton/src/switchover/steps.ts";
import { type Options, simulate } from "./simulator.ts";
import { STEPS } from "./switchover-steps.ts";

// The same seeds every time: a contributor's change is judged by what it changed. SIM_START finds new ones.
const start = Number(process.env["SIM_START"] ?? 1);
const runs = Number(process.env["SIM_RUNS"] ?? 100);
const isTraced = process.env["SIM_TRACE"] === "1";
/** A planted bug has to show up within so many runs. */
const PLANTED_RUNS = 200;

type Decide = typeof decide;

/** Decides as if it had seen no epoch and led nobody anywhere, so that an older one is just as good. */
const withoutEpochs: Decide = (input) => {
  const { memory, doubts } = input;
  if (doubts.length > 0) return decide(input);
  const route: Memory["route"] = { kind: "none", reason: "forgotten" };
  const decided = decide({ ...input, memory: { ...memory, epochSeenMax: -1, route } });
  const epochSeenMax = Math.max(memory.epochSeenMax, decided.memory.epochSeenMax);
  return { ...decided, memory: { ...decided.memory, epochSeenMax } };
};

/** Takes the word of the first Sentinel it hears for that of all that are silent. */
const withoutMajority: Decide = (input) => {
  const { observation } = input;
  const said = observation.views.find((view) => view.kind === "heard");
  if (said === undefined) return decide(input);
  const views = observation.views.map(
    (view): View => (view.kind === "heard" ? view : { ...said, sentinel: view.sentinel }),
  );
  return decide({ ...input, observation: { ...observation, views } });
};

/** The same, for fences alone: whatever it does about the route is what it should. */
const fencesWithoutMajority: Decide = (input: DecideInput) => {
  const right = decide(input);
  if (agree(input.observation.views).kind !== "silent") return right;
  const wrong = withoutMajority(input);
  const fences = wrong.decisions.filter(({ kind }) => kind === "fence");
  return { ...right, decisions: [...right.decisions, ...fences] };
};

/** Acts after a stall as if nothing had been. */
const withoutDoubts: Decide = (input) => decide({ ...input, doubts: [] });

function firstViolation(options: Options): string | undefined {
  for (let number = 1; number <= PLANTED_RUNS; number += 1) {
    const { violation } = simulate(number, options);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

describe("the simulator", () => {
  test("walks through the steps of the product's switchover, in their order", () => {
    expect([...STEPS]).toEqual(steps.map(({ id }) => id));
  });

  test.each([
    ["takes an older epoch", withoutEpochs, /the router of .* went to .* after \d/],
    ["acts on the word of a minority", withoutMajority, /saw a minority/],
    [
      "fences without a majority",
      fencesWithoutMajority,
      /saw a minority, and did: .* answers as primary/,
    ],
    ["acts after a stall", withoutDoubts, /acted in doubt/],
  ] as const)("finds out a decider that %s", { timeout: 60_000 }, (_, planted, words) => {
    expect(firstViolation({ decide: planted })).toMatch(words);
  });

  test("finds out agents and runners that thaw and do what they meant to do before", {
    timeout: 60_000,
  }, () => {
    const options = { decide, isHasty: true, isOnlyReturns: true, frozenDeedShare: 0.3 };
    expect(firstViolation(options)).toMatch(/made h\d, the newest agreed primary of epoch \d+, follow/);
  });
});

describe(`simulated clusters (SIM_START=${start} SIM_RUNS=${runs} runs them again)`, () => {
  test("break no rule while everything goes wrong, and are whole soon after it is healed", {
    timeout: 3_600_000,
  }, () => {
    const seen = {
      fences: 0,
      early: 0,
      withdrawn: 0,
      held: 0,
      older: 0,
      switchovers: 0,
      undisturbed: 0,
    };
    let beyondHelp = 0;
    for (let number = start; number < start + runs; number += 1) {
      const trace = isTraced ? (line: string) => process.stdout.write(`${line}\n`) : undefined;
      const run = simulate(number, { decide, trace });
      if (run.violation !== undefined)
        expect.fail(`${run.violation} (SIM_START=${number} SIM_RUNS=1 SIM_TRACE=1 shows how)`);
      for (const [name, count] of Object.entries(run.seen)) seen[name as keyof typeof seen] += count;
      if (run.isBeyondHelp) beyondHelp += 1;
    }
    // A simulator that never gets into the interesting states proves nothing; one run may well.
    if (runs < 50) return;
    for (const [name, count] of Object.entries(seen)) {
      // About three in a hundred runs: too few to be demanded of so few.
      if (name === "withdrawn" && runs < 500) continue;
      expect(count, name).toBeGreaterThan(runs / 100);
    }
    expect(beyondHelp, "runs in which the Sentinels fell out with each other").toBeLessThan(runs / 20);
  });
});

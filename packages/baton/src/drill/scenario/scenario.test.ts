// Promises of scenario files: read with every problem at its place, and judged by what they say.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evidenceFixture } from "../report/evidence.fixture.ts";
import type { DrillResult } from "../types.ts";
import { judgeStep } from "./judge.ts";
import { scenarioOrThrow } from "./load.ts";
import type { ScenarioStep } from "./schema.ts";

const good = `name: one-crash
summary: what a crash costs
clients: [perl, ./own]
steps:
  - title: The primary dies
    tell: |
      Somebody pulls the plug.
    break: kill-primary
    expect: { outage: 3s, lost: 0 }
  - title: A handover
    break: switchover
`;

test("reads what is written, with durations in milliseconds and a verdict that holds by default", () => {
  const { steps, ...rest } = scenarioOrThrow(good, "x.yml");
  expect(rest).toEqual({ name: "one-crash", summary: "what a crash costs", clients: ["perl", "./own"] });
  expect(steps).toEqual([
    {
      title: "The primary dies",
      tell: "Somebody pulls the plug.\n",
      break: "kill-primary",
      expect: { verdict: "held", outage: 3_000, lost: 0 },
    },
    { title: "A handover", break: "switchover", expect: { verdict: "held" } },
  ]);
});

test("names every problem of a file at once, with its place", () => {
  const bad = good
    .replace("kill-primary", "kil-primary")
    .replace("3s", "3 weeks")
    .replace("summary", "sumary");
  const read = () => scenarioOrThrow(bad, "x.yml");
  expect(read).toThrow(/x\.yml:2:1 sumary Unknown key "sumary"; did you mean "summary"\?/);
  expect(read).toThrow(/x\.yml:8:12 steps\.0\.break .*did you mean kill-primary\?/);
  expect(read).toThrow(/x\.yml:9:23 steps\.0\.expect\.outage Expected a duration up to 60m/);
  expect(() => scenarioOrThrow("steps: [", "x.yml")).toThrow(/x\.yml:1:\d+ /);
  expect(() => scenarioOrThrow("", "x.yml")).toThrow(/Key "steps" is missing/);
});

const { result } = evidenceFixture();
const step = (expected: Partial<ScenarioStep["expect"]>): ScenarioStep => ({
  title: "a step",
  break: "kill-primary",
  expect: { verdict: "held", ...expected },
});
const came: DrillResult = {
  ...result,
  verdict: "held",
  rto: { ...result.rto, measuredMs: 2_310 },
  rpo: { ...result.rpo, lost: 2, acknowledged: 900 },
};

test("a step is met by the verdict that it expects, and by nothing better or worse", () => {
  expect(judgeStep(step({}), came).map(({ isMet }) => isMet)).toEqual([true]);
  expect(judgeStep(step({ verdict: "broken" }), came).map(({ isMet }) => isMet)).toEqual([false]);
  const [told] = judgeStep(step({}), { ...came, verdict: "broken", reasons: ["h1 never came back"] });
  expect(told).toEqual({
    isMet: false,
    sentence: "the verdict is broken, expected held: h1 never came back",
  });
});

test("a step that says how long and how much is held to it", () => {
  const met = (expected: Partial<ScenarioStep["expect"]>, of = came) =>
    judgeStep(step(expected), of).map(({ isMet }) => isMet);
  expect(met({ outage: 2_310, lost: 2 })).toEqual([true, true, true]);
  expect(met({ outage: 2_309, lost: 1 })).toEqual([true, false, false]);
  expect(met({ outage: 60_000 }, { ...came, rto: { ...came.rto, measuredMs: null } })).toEqual([
    true,
    false,
  ]);
});

test("every scenario of the repository is one", () => {
  const folder = new URL("../../../../../scenarios/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".yml"));
  expect(names.length).toBeGreaterThanOrEqual(3);
  for (const name of names) {
    const scenario = scenarioOrThrow(readFileSync(new URL(name, folder), "utf8"), name);
    expect(`${scenario.name}.yml`).toBe(name);
  }
});

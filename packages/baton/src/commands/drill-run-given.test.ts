// Nobody is given something else than what was asked for, without a word.
import { expect, test } from "vitest";
import type { Scenario } from "../drill/scenario/schema.ts";
import { refuseForFault, refuseForScenario, refuseSaidTwice } from "./drill-run-given.ts";

const expected = { verdict: "held" } as const;
const steps = [{ title: "one", break: "kill-primary", expect: expected }];
const bare: Scenario = { name: "one", summary: "one", steps };

test("a scenario takes nothing that is about one fault", () => {
  expect(() => refuseForScenario({ dryRun: true })).toThrow("--dry-run is for one fault");
  expect(() => refuseForScenario({ name: "lab" })).toThrow("--name is for one fault");
  expect(() => refuseForScenario({ clients: "4" })).toThrow("--clients is for one fault");
  expect(() => refuseForScenario({ step: true, engine: "/opt/valkey", pdf: false })).not.toThrow();
});

test("a cluster and a durability are taken from the command line where the scenario has none", () => {
  const given = { file: "mine.yml", durability: "async" };
  expect(() => refuseSaidTwice(given, bare)).not.toThrow();
  expect(() => refuseSaidTwice(given, { ...bare, cluster: "its.yml" })).toThrow(
    "--file was given, and the scenario has its own: its.yml",
  );
  expect(() => refuseSaidTwice(given, { ...bare, durability: "replicated" })).toThrow(
    "--durability was given, and the scenario has its own: replicated",
  );
});

test("one fault has no steps", () => {
  expect(() => refuseForFault({ step: true })).toThrow("--step is for a scenario");
  expect(() => refuseForFault({})).not.toThrow();
});

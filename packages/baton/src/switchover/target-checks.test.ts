// What a preflight makes of the notes of agents.
import { expect, test } from "vitest";
import type { TargetPlan } from "../cluster/types.ts";
import type { Observation, TargetNote } from "../observe/types.ts";
import { targetChecks } from "./target-checks.ts";

const plan = (name: string, on: readonly string[]): TargetPlan => {
  return { name, kind: "etcd", group: "main", on, settings: {} };
};
const note = (name: string, host: string, more: Partial<TargetNote> = {}): TargetNote => {
  return { name, host, reach: "shared", ok: true, sentence: "leads there", ...more };
};
const seenWith = (targets: readonly TargetNote[]): Observation => ({
  group: "main",
  atMs: 0,
  views: [],
  nodes: [
    { kind: "primary", node: "h1", offsetBytes: 1, replicas: [], targets },
    // What a replica has of them may be old.
    { kind: "silent", node: "h2", reason: "away", isRefused: false },
  ],
});

test("a group without targets has no check", () => {
  expect(targetChecks([], seenWith([]))).toEqual([]);
});

test("targets that every agent finds right are fine, and a shared one needs only one of them", () => {
  const plans = [plan("edge", ["h1", "h2"]), plan("dns", ["h1"])];
  const [check] = targetChecks(plans, seenWith([note("edge", "h2"), note("dns", "h1")]));
  expect(check).toEqual({ id: "targets", ok: true, sentence: "led where they should be: edge, dns" });
});

test("one that an agent cannot lead is named with that agent's own words", () => {
  const notes = [note("edge", "h1"), note("edge", "h2", { ok: false, sentence: "answered with 403" })];
  const [check] = targetChecks([plan("edge", ["h1", "h2"])], seenWith(notes));
  expect(check).toEqual({
    id: "targets",
    ok: false,
    sentence: "edge: the agent of h2 says: answered with 403",
  });
});

test("one of which nobody says a word is not fine", () => {
  const [check] = targetChecks([plan("edge", ["h1", "h2"])], seenWith([]));
  expect(check?.sentence).toBe("edge: no agent that serves it says a word (h1, h2)");
});

test("where each host has one of its own, each has to say so", () => {
  const notes = [note("edge", "a1", { reach: "host" })];
  const [check] = targetChecks([plan("edge", ["a1", "a2"])], seenWith(notes));
  expect(check).toMatchObject({ ok: false, sentence: "edge: the agent of a2 says nothing" });
});

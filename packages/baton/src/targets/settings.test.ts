import { expect, test } from "vitest";
import { z } from "zod";
import type { TargetPlan } from "../cluster/types.ts";
import { targetKinds } from "./index.ts";
import { knownTargets } from "./settings.ts";

const plan = (kind: string, settings: Record<string, unknown>): TargetPlan => {
  return { name: "it", kind, group: "main", on: ["h1"], settings };
};
const problemsOf = (...plans: readonly TargetPlan[]): string => {
  try {
    knownTargets(plans);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

test("the table of kinds is alphabetical, and every key of every kind is explained", () => {
  const ids = targetKinds.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  for (const { id, settings } of targetKinds) {
    const { properties = {} } = z.toJSONSchema(settings, { io: "input" });
    expect(Object.keys(properties).length, id).toBeGreaterThan(0);
    for (const [key, property] of Object.entries(properties)) {
      expect(property, `${id}.${key}`).toHaveProperty("description");
    }
  }
});

test("names every mistake of every target, with what would be right", () => {
  expect(
    problemsOf(
      plan("haproxi", {}),
      plan("haproxy", { socket: "/run/h.sock", backend: "redis; shutdown", sokket: 1 }),
      plan("exec", { command: [] }),
      plan("file", { path: "relative" }),
      plan("webhook", { url: "https://example.com/", timeout: "3" }),
    ).split("\n"),
  ).toEqual([
    `target it: there is no kind "haproxi", only ${targetKinds.map(({ id }) => id).join(", ")}`,
    "target it (haproxy): backend: Expected a name as haproxy.cfg takes it: letters, digits and _ . : -",
    "target it (haproxy): unknown key sokket; " +
      "a haproxy has name, kind, on, group, socket, backend, server, stateFile, timeout",
    expect.stringMatching(/^target it \(exec\): command/),
    "target it (file): path: Expected an absolute path",
    expect.stringMatching(/^target it \(webhook\): timeout: Expected a duration/),
  ]);
});

test("never repeats what stands in the file, where a password may stand", () => {
  const written = plan("webhook", { url: "hunter2", secret: "hunter2" });
  expect(problemsOf(written)).toContain("url");
  expect(problemsOf(written)).not.toContain("hunter2");
});

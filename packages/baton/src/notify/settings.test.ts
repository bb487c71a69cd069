import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { clusterOrThrow } from "../cluster/load.ts";
import type { ChannelPlan } from "../cluster/types.ts";
import { channelKinds } from "./index.ts";
import { knownChannels } from "./settings.ts";

const plan = (kind: string, settings: Record<string, unknown>): ChannelPlan => {
  const common = { severityMin: "info", settleMs: 10_000, drills: false } as const;
  return { name: "it", kind, ...common, settings };
};
const problemsOf = (...plans: readonly ChannelPlan[]): string => {
  try {
    knownChannels(plans);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

test("the table of kinds is alphabetical, and every key of every kind is explained", () => {
  const ids = channelKinds.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  for (const { id, settings } of channelKinds) {
    const { properties = {} } = z.toJSONSchema(settings, { io: "input" });
    expect(Object.keys(properties).length, id).toBeGreaterThan(0);
    for (const [key, property] of Object.entries(properties)) {
      expect(property, `${id}.${key}`).toHaveProperty("description");
    }
  }
});

test("names every mistake of every channel, with what would be right", () => {
  expect(
    problemsOf(
      plan("slak", {}),
      plan("pagerduty", { endpoint: "http://events.example.org", key: 1 }),
      plan("alertmanager", { urls: [] }),
      plan("email", { host: "m", from: "nobody", to: ["a@example.org"] }),
    ).split("\n"),
  ).toEqual([
    `channel it: there is no kind "slak", only ${channelKinds.map(({ id }) => id).join(", ")}`,
    expect.stringMatching(/^channel it \(pagerduty\): endpoint: Expected https/),
    "channel it (pagerduty): unknown key key; a pagerduty has name, kind, on, groups, severity, settle, " +
      "drills, routingKey, endpoint, timeout",
    expect.stringMatching(/^channel it \(alertmanager\): urls/),
    expect.stringMatching(/^channel it \(email\): from: Expected an address/),
  ]);
});

test("never repeats what stands in the file, where a password may stand", () => {
  for (const kind of channelKinds) {
    const { properties = {} } = z.toJSONSchema(kind.settings, { io: "input" });
    const keys = Object.keys(properties).filter((key) => key !== "timeout");
    const settings = Object.fromEntries(keys.map((key) => [key, "hunter2 hunter2"]));
    const said = problemsOf(plan(kind.id, settings));
    expect(said, kind.id).not.toBe("");
    expect(said, kind.id).not.toContain("hunter2");
  }
});

test("what the page about notices writes into a cluster file is accepted", () => {
  const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");
  const blocks = [...read("docs/notify.md").matchAll(/^```yaml\n(notify:\n[\s\S]*?)^```/gm)];
  expect(blocks.length).toBeGreaterThanOrEqual(10);
  const kinds = new Set<string>();
  for (const [, block = ""] of blocks) {
    const { notify = [] } = clusterOrThrow(`${read("examples/smallest.yml")}\n${block}`, "notify.md");
    expect(knownChannels(notify)).toHaveLength((parse(block) as { notify: unknown[] }).notify.length);
    for (const { kind } of notify) kinds.add(kind);
  }
  expect([...kinds].sort()).toEqual(channelKinds.map(({ id }) => id));
});

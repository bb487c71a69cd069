import { expect, test } from "vitest";
import { at, dead, follows, group, isPrimary, mute, observed, says } from "../decide/world.fixture.ts";
import type { NodeView, View } from "../observe/types.ts";
import { troublesOf, type Whole } from "./whole.ts";

const views = ["h1", "h2", "h3"].map((host) => says(host, "h1", 4));
const nodes = [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")];

interface World extends Pick<Whole, "exceptNode" | "exceptSentinel"> {
  readonly views?: readonly View[];
  readonly nodes?: readonly NodeView[];
}
const troubles = ({ views: seen = views, nodes: there = nodes, ...except }: World) =>
  troublesOf({ group, observation: observed(seen, there), ...except });

const instead = <T extends object>(all: readonly T[], index: number, one: T): readonly T[] =>
  all.map((other, position) => (position === index ? one : other));
const replica = (flags: readonly string[], id = "h2") => ({
  replicas: [{ ...at(id), flags, priority: 100, offsetBytes: 1_000, link: "ok" }],
});
const down = replica(["slave", "s_down", "disconnected"]);

test("there is nothing to say of a group that is whole", () => {
  expect(troubles({})).toEqual([]);
  const late = says("h2", "h1", 4, replica(["slave"]));
  expect(troubles({ views: instead(views, 1, late) })).toEqual([]);
});

test.each<[string, World, readonly string[]]>([
  [
    "a Sentinel that is silent",
    { views: instead(views, 2, mute("h3")) },
    ["the Sentinel on h3 does not answer (connect ECONNREFUSED)"],
  ],
  [
    "a majority that is silent",
    { views: [mute("h1"), mute("h2"), says("h3", "h1", 4)] },
    [
      "the Sentinel on h1 does not answer (connect ECONNREFUSED)",
      "the Sentinel on h2 does not answer (connect ECONNREFUSED)",
      "1 Sentinels answer, and 2 are needed",
    ],
  ],
  [
    "Sentinels that disagree",
    { views: [says("h1", "h1", 4), says("h2", "h2", 5), says("h3", "h3", 6)] },
    ["the Sentinels disagree: h1: 10.0.0.1:6379; h2: 10.0.0.2:6379; h3: 10.0.0.3:6379"],
  ],
  [
    "one Sentinel astray",
    { views: instead(views, 2, says("h3", "h2", 3)) },
    ["the Sentinel on h3 names 10.0.0.2:6379"],
  ],
  [
    "a primary that is not in the cluster file",
    { views: ["h1", "h2", "h3"].map((host) => says(host, "h9", 4)) },
    ["the Sentinels name 10.0.0.9:6379, which is not in the cluster file"],
  ],
  [
    "a failover under way",
    {
      views: instead(
        views,
        0,
        says("h1", "h1", 4, { flags: ["master", "o_down", "failover_in_progress"] }),
      ),
    },
    ["the Sentinel on h1 says o_down, failover_in_progress"],
  ],
  [
    "a Sentinel in TILT",
    { views: instead(views, 1, says("h2", "h1", 4, { tilt: true })) },
    ["the Sentinel on h2 is in TILT"],
  ],
  [
    "a replica that a Sentinel takes for down",
    { views: instead(views, 0, says("h1", "h1", 4, down)) },
    ["the Sentinel on h1 takes 10.0.0.2:6379 for down"],
  ],
  [
    "a node that is silent",
    { nodes: instead(nodes, 1, dead("h2")) },
    ["h2 does not answer (connect ECONNREFUSED)"],
  ],
  [
    "a node that is loading",
    { nodes: instead(nodes, 1, { ...follows("h2", "h1"), isLoading: true } as NodeView) },
    ["h2 is loading its data"],
  ],
  [
    "a second primary",
    { nodes: instead(nodes, 2, isPrimary("h3")) },
    ["h3 is a primary, and h1 is the agreed one"],
  ],
  [
    "an agreed primary that is none",
    { nodes: instead(nodes, 0, follows("h1", "h2")) },
    ["h1 is the agreed primary, and runs as a replica"],
  ],
  [
    "a replica of another node",
    { nodes: instead(nodes, 2, follows("h3", "h2")) },
    ["h3 follows 10.0.0.2:6379"],
  ],
  [
    "a replica that copies",
    { nodes: instead(nodes, 2, { ...follows("h3", "h1"), link: "sync" } as NodeView) },
    ["h3 is not in sync with h1 (sync)"],
  ],
  [
    "a maintenance",
    {
      nodes: instead(nodes, 0, {
        ...isPrimary("h1", ["h2", "h3"]),
        pause: { until: "2026-01-01T00:00:00Z", by: "anna" },
      } as NodeView),
    },
    ["Baton is paused: `baton resume` ends it"],
  ],
  [
    "several things",
    { views: instead(views, 0, says("h1", "h1", 4, down)), nodes: instead(nodes, 1, dead("h2")) },
    ["the Sentinel on h1 takes 10.0.0.2:6379 for down", "h2 does not answer (connect ECONNREFUSED)"],
  ],
])("%s has its sentence", (_, world, expected) => {
  expect(troubles(world)).toEqual(expected);
});

test("a node that is about to start anew may be in any state, and no other may", () => {
  const seen = instead(views, 0, says("h1", "h1", 4, down));
  const there = instead(nodes, 1, dead("h2"));
  expect(troubles({ views: seen, nodes: there, exceptNode: "h2" })).toEqual([]);
  expect(troubles({ views: seen, nodes: there, exceptNode: "h3" })).not.toEqual([]);
});

test("a Sentinel that is about to start anew may be in any state while a majority is left", () => {
  for (const state of [mute("h3"), says("h3", "h2", 3), says("h3", "h1", 4, { tilt: true })]) {
    const seen = instead(views, 2, state);
    expect(troubles({ views: seen, exceptSentinel: "h3" })).toEqual([]);
    expect(troubles({ views: seen, exceptSentinel: "h2" })).not.toEqual([]);
  }
  const alone = [says("h1", "h1", 4), mute("h2"), mute("h3")];
  expect(troubles({ views: alone, exceptSentinel: "h3" })).toContain(
    "1 Sentinels answer, and 2 are needed",
  );
});

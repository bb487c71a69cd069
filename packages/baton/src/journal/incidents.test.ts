import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { EntryKind, JournalEntry } from "./entry.ts";
import { incidentsIn, mergeIncidents } from "./history.ts";
import { type Incident, incidentsOf } from "./incidents.ts";

const START_MS = Date.parse("2026-01-01T00:00:00.000Z");

type Line = readonly [atMs: number, kind: EntryKind, facts: Record<string, unknown>, group?: string];

function entries(...lines: readonly Line[]): readonly JournalEntry[] {
  return lines.map(([atMs, kind, facts, group = "main"], index) => ({
    id: index + 1,
    at: new Date(START_MS + atMs).toISOString(),
    monotonicMs: atMs,
    kind,
    group,
    sentence: `${kind} ${index + 1}`,
    facts,
  }));
}

const event = (atMs: number, channel: string, text: string, sentinel = "h1"): Line => [
  atMs,
  "event",
  { sentinel, channel, text },
];
const route = (atMs: number, node: string, epoch: number, confirmed = true): Line => [
  atMs,
  "decision",
  { route: { kind: "primary", node, epoch, confirmed, endpoint: {} } },
];
const OLD = "main 10.0.0.1 6379";
const NEW = "main 10.0.0.2 6379";
const well = (atMs: number): Line => [atMs, "note", { problems: [] }];

const failover: readonly Line[] = [
  route(0, "h1", 0),
  event(5_000, "+sdown", `master ${OLD}`),
  event(5_100, "+sdown", `master ${OLD}`, "h2"),
  event(5_150, "+odown", `master ${OLD} #quorum 2/2`),
  event(5_200, "+vote-for-leader", "abc 1"),
  event(5_250, "+elected-leader", `master ${OLD}`),
  route(5_400, "h2", 1, false),
  event(6_200, "+promoted-slave", `slave 10.0.0.2:6379 10.0.0.2 6379 @ ${OLD}`),
  route(6_300, "h2", 1),
  event(6_350, "+switch-master", "main 10.0.0.1 6379 10.0.0.2 6379"),
];

const shapeOf = ({ kind, epoch, from, to, outcome }: Incident) => [kind, epoch, from, to, outcome];
const stepsOf = ({ steps }: Incident) => steps.map(({ name, afterMs }) => `${name} ${afterMs}`);

describe("a failover", () => {
  test("is one incident with its timeline from the first sign, and its time to the confirmed route", () => {
    const [only, ...more] = incidentsOf(entries(...failover));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ startedAt: "2026-01-01T00:00:05.000Z", durationMs: 1_300 });
    expect(only && shapeOf(only)).toEqual(["failover", 1, "h1", "h2", "done"]);
    expect(only && stepsOf(only)).toEqual([
      "sdown 0",
      "odown 150",
      "elected 250",
      "early 400",
      "promoted 1200",
      "confirmed 1300",
      "announced 1350",
    ]);
  });

  test("takes in what follows from it: fence, targets, and when all was well again", () => {
    const [only] = incidentsOf(
      entries(
        ...failover,
        event(7_000, "+sdown", `master ${OLD}`, "h3"),
        [20_000, "fenced", { node: "h1" }],
        [20_010, "done", { target: "lb" }],
        [20_020, "done", { because: "something else" }],
        well(500_000),
        well(600_000),
      ),
    );
    expect(only && stepsOf(only).slice(-3)).toEqual([
      "fenced h1 15000",
      "target lb 15010",
      "healed 495000",
    ]);
  });

  test("and the next one back are two", () => {
    const found = incidentsOf(
      entries(
        ...failover,
        event(30_000, "+sdown", `master ${NEW}`),
        event(30_100, "+elected-leader", `master ${NEW}`),
        route(31_000, "h1", 2),
      ),
    );
    expect(found.map(shapeOf)).toEqual([
      ["failover", 1, "h1", "h2", "done"],
      ["failover", 2, "h2", "h1", "done"],
    ]);
  });

  test("that the journal ends in is open", () => {
    const [only] = incidentsOf(entries(...failover.slice(0, 6)));
    expect(only && shapeOf(only)).toEqual(["failover", null, "h1", null, "open"]);
    expect(only?.durationMs).toBeNull();
  });

  test("that was begun and given up is undone, and has led to no epoch", () => {
    const [only] = incidentsOf(
      entries(
        ...failover.slice(0, 7),
        [9_000, "decision", { route: { kind: "none", reason: "withdrawn" } }],
        event(9_100, "-sdown", `master ${OLD}`),
        event(9_200, "-sdown", `master ${OLD}`, "h2"),
      ),
    );
    expect(only && shapeOf(only).slice(0, 2)).toEqual(["failover", null]);
    expect(only?.outcome).toBe("undone");
  });
});

describe("no incident is made of", () => {
  test("a start, and a restart that finds the same epoch", () => {
    expect(incidentsOf(entries(route(0, "h1", 3), route(9_000, "h1", 3)))).toEqual([]);
  });

  test("a suspicion that all Sentinels have taken back", () => {
    const lines = [
      event(0, "+sdown", `master ${OLD}`),
      event(10, "+sdown", `master ${OLD}`, "h2"),
      event(500, "-sdown", `master ${OLD}`),
      event(600, "-sdown", `master ${OLD}`, "h2"),
    ];
    expect(incidentsOf(entries(...lines.slice(0, 3)))).toHaveLength(1);
    expect(incidentsOf(entries(...lines))).toEqual([]);
  });

  test("a replica or a Sentinel that is down", () => {
    const lines = [
      event(0, "+sdown", `slave 10.0.0.3:6379 10.0.0.3 6379 @ ${OLD}`),
      event(0, "+sdown", `sentinel abc 10.0.0.3 26379 @ ${OLD}`),
    ];
    expect(incidentsOf(entries(...lines))).toEqual([]);
  });

  test("facts that are not what they should be", () => {
    const lines: Line[] = [
      [0, "decision", { route: "h1" }],
      [0, "decision", { route: { kind: "primary", node: 1, epoch: "x" } }],
      [0, "event", { channel: "+sdown", text: 5 }],
      [0, "event", { channel: "constructor", text: `master ${OLD}`, sentinel: "h1" }],
      [0, "done", {}],
    ];
    expect(incidentsOf(entries(...lines))).toEqual([]);
  });
});

describe("a switchover", () => {
  const step = (atMs: number, name: string, more: Record<string, unknown> = {}): Line => [
    atMs,
    "switchover",
    { step: name, attempt: "a", ...more },
  ];

  test("is one incident with the steps of its runner and the signs of the Sentinels", () => {
    const [only, ...more] = incidentsOf(
      entries(
        route(0, "h1", 0),
        step(1_000, "preflight", { from: "h1", to: "h2" }),
        step(1_100, "hold"),
        event(1_200, "+elected-leader", `master ${OLD}`),
        route(1_300, "h2", 1, false),
        step(1_400, "release", { outcome: "done" }),
        route(2_000, "h2", 1),
      ),
    );
    expect(more).toEqual([]);
    expect(only && shapeOf(only)).toEqual(["switchover", 1, "h1", "h2", "done"]);
    expect(only && stepsOf(only)).toEqual([
      "preflight 0",
      "hold 100",
      "elected 200",
      "early 300",
      "release 400",
      "confirmed 1000",
    ]);
  });

  test("that was given up and tried again is two", () => {
    const found = incidentsOf(
      entries(
        route(0, "h1", 0),
        step(1_000, "preflight"),
        step(1_100, "given up", { outcome: "undone" }),
        step(2_000, "preflight", { attempt: "b" }),
        step(2_500, "release", { attempt: "b", outcome: "done" }),
      ),
    );
    expect(found.map(({ outcome }) => outcome)).toEqual(["undone", "done"]);
  });
});

test("a fence long after its failover is an incident of its own", () => {
  const found = incidentsOf(entries(...failover, [7_200_000, "fenced", { node: "h1" }]));
  expect(found.map(({ kind }) => kind)).toEqual(["failover", "fence"]);
  expect(found[1]).toMatchObject({ from: "h1", outcome: "done", durationMs: 0 });
});

test("groups do not mix", () => {
  const other: Line = [5_050, "decision", { route: { kind: "primary", node: "x1", epoch: 9 } }, "other"];
  const [only, ...more] = incidentsOf(entries(...failover.slice(0, 3), other, ...failover.slice(3)));
  expect([only?.group, more]).toEqual(["main", []]);
});

test("memory has a limit: the newest 200 incidents, 64 steps each", () => {
  const lines = Array.from({ length: 300 }, (_none, index): Line[] => [
    route(index * 1_000, "h1", index),
    ...Array.from({ length: 1 }, (_no, at): Line => [index * 1_000 + 1, "done", { target: `t${at}` }]),
  ]);
  const found = incidentsOf(entries(...lines.flat()));
  expect([found.length, found.at(-1)?.epoch]).toEqual([200, 299]);
  const targets = Array.from({ length: 100 }, (_no, at): Line => [7_000, "done", { target: `t${at}` }]);
  expect(incidentsOf(entries(...failover, ...targets))[0]?.steps).toHaveLength(64);
});

describe("real journals of three agents", () => {
  const read = async () =>
    await Promise.all(
      ["h1", "h2", "h3"].map(async (agent) => {
        const url = new URL(`../../../../testdata/journal/${agent}.jsonl`, import.meta.url);
        return { agent, incidents: await incidentsIn(fileURLToPath(url)) };
      }),
    );

  // A primary was killed and came back; then two nodes were frozen, and the lab was ended.
  test("tell of the failover that was and of the one that could not be, each for itself", async () => {
    for (const { incidents } of await read()) {
      expect(incidents.map(shapeOf)).toEqual([
        ["failover", 1, "h1", "h2", "done"],
        ["failover", null, "h2", null, "open"],
      ]);
      const names = incidents[0]?.steps.map(({ name }) => name) ?? [];
      expect(names).toEqual(
        expect.arrayContaining(["sdown", "odown", "elected", "confirmed", "healed"]),
      );
    }
  });

  test("together tell the same, every step with its earliest time", async () => {
    const told = await read();
    const [merged, ...more] = mergeIncidents(told);
    expect([merged?.seenBy, more.length]).toEqual([["h1", "h2", "h3"], 1]);
    for (const { incidents } of told) {
      for (const step of incidents[0]?.steps ?? []) {
        const earliest = merged?.steps.find(({ name }) => name === step.name);
        expect((earliest?.at ?? "9") <= step.at, step.name).toBe(true);
      }
    }
    expect(merged?.steps.some(({ name }) => name === "fenced h1")).toBe(true);
  });
});

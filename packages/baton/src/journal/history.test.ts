import { describe, expect, test } from "vitest";
import { isWanted, mergeIncidents, parseSince } from "./history.ts";
import type { Incident } from "./incidents.ts";

const NOW_MS = Date.parse("2026-01-01T12:00:00.000Z");

function incident(startedAt: string, more: Partial<Incident> = {}): Incident {
  return {
    kind: "failover",
    group: "main",
    epoch: 4,
    from: "h1",
    to: "h2",
    outcome: "done",
    startedAt,
    durationMs: 1_000,
    steps: [{ name: "sdown", at: startedAt, afterMs: 0, sentence: "s" }],
    ...more,
  };
}

describe("merging", () => {
  test("one failover that two agents saw is one, from the earliest sign to the earliest end", () => {
    const [only, ...more] = mergeIncidents([
      { agent: "h2", incidents: [incident("2026-01-01T00:00:00.500Z")] },
      { agent: "h1", incidents: [incident("2026-01-01T00:00:00.100Z", { durationMs: 1_100 })] },
    ]);
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      startedAt: "2026-01-01T00:00:00.100Z",
      durationMs: 1_100,
      seenBy: ["h1", "h2"],
      steps: [{ name: "sdown", at: "2026-01-01T00:00:00.100Z", afterMs: 0 }],
    });
  });

  test("whoever ran the switchover knows that it was one", () => {
    const merged = mergeIncidents([
      { agent: "h1", incidents: [incident("2026-01-01T00:00:00.000Z")] },
      { agent: "h2", incidents: [incident("2026-01-01T00:00:00.000Z", { kind: "switchover" })] },
    ]);
    expect(merged.map(({ kind }) => kind)).toEqual(["switchover"]);
  });

  test("an agent that died in the middle adds its beginning to what the others saw to the end", () => {
    const cut = incident("2026-01-01T00:00:00.000Z", { epoch: null, outcome: "open", durationMs: null });
    const merged = mergeIncidents([
      { agent: "h1", incidents: [cut] },
      { agent: "h2", incidents: [incident("2026-01-01T00:00:00.200Z")] },
    ]);
    expect(merged).toMatchObject([{ epoch: 4, outcome: "done", durationMs: 1_200 }]);
  });

  test("other epochs, groups and times are other incidents, in the order of time", () => {
    const fence = { kind: "fence", epoch: null } as const;
    const merged = mergeIncidents([
      { agent: "h1", incidents: [incident("2026-01-01T00:00:03.000Z", { epoch: 5 })] },
      {
        agent: "h2",
        incidents: [
          incident("2026-01-01T00:00:02.000Z"),
          incident("2026-01-01T00:00:01.000Z", { group: "o" }),
        ],
      },
      {
        agent: "h3",
        incidents: [
          incident("2026-01-01T01:00:00.000Z", fence),
          incident("2026-01-01T02:00:00.000Z", fence),
        ],
      },
    ]);
    expect(merged.map(({ seenBy }) => seenBy.join())).toEqual(["h2", "h2", "h1", "h3", "h3"]);
  });

  test("two of one agent stay two, however near", () => {
    const undone = { epoch: null, outcome: "undone" } as const;
    const merged = mergeIncidents([
      {
        agent: "h1",
        incidents: [
          incident("2026-01-01T00:00:00.000Z", undone),
          incident("2026-01-01T00:00:01.000Z", undone),
        ],
      },
    ]);
    expect(merged).toHaveLength(2);
  });
});

test.each([
  ["90s", NOW_MS - 90_000],
  ["2h", NOW_MS - 7_200_000],
  ["7d", NOW_MS - 7 * 86_400_000],
  ["2026-01-01T11:00:00Z", NOW_MS - 3_600_000],
  ["2026-01-01", NOW_MS - 43_200_000],
  ["yesterday", undefined],
  ["5", undefined],
  ["-5m", undefined],
  ["2026-99-99", undefined],
  ["", undefined],
])("since %s is %s", (text, expected) => {
  expect(parseSince(text, NOW_MS)).toBe(expected);
});

test("wanted is what is of the group and began since", () => {
  const one = incident("2026-01-01T00:00:00.000Z");
  const sinceMs = Date.parse(one.startedAt);
  expect(isWanted(one, { group: undefined, sinceMs: undefined })).toBe(true);
  expect(isWanted(one, { group: "main", sinceMs })).toBe(true);
  expect(isWanted(one, { group: "main", sinceMs: sinceMs + 1 })).toBe(false);
  expect(isWanted(one, { group: "other", sinceMs: undefined })).toBe(false);
});

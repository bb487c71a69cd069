// Promises of the readers: what an agent says passes, an older or a later one passes too, and everything else
// is refused by name.
import { expect, test } from "vitest";
import { readRefusal, readSwitchover } from "./answers.ts";
import { EVENT_KINDS, readEvent } from "./events.ts";
import {
  entryAnswers,
  groupAnswer,
  helloAnswer,
  incidentAnswer,
  NOW,
  rowAnswer,
} from "./events.fixture.ts";
import { readGroup } from "./group.ts";

test("reads what an agent says of a group, and leaves out what the page does not show", () => {
  const group = readGroup(structuredClone(groupAnswer));
  expect(group.route).toEqual(groupAnswer.route);
  expect(group.nodes[1]).toMatchObject({ of: "127.41.0.13:6379", lagBytes: 1234, reason: null });
  expect(group.sentinels[2]).toMatchObject({ state: "silent", primary: null, epoch: null });
  expect(group.drills[0]?.lanes[2]).toEqual({
    label: "hard-coded",
    awayFromMs: 0,
    awayToMs: null,
    count: 4,
  });
  expect(group.confirmedBy).toBeNull();
});

test("reads every kind of event", () => {
  const data = {
    hello: helloAnswer,
    overview: { isWhole: true, at: NOW, rows: [rowAnswer] },
    group: groupAnswer,
    journal: entryAnswers[1],
    incidents: { group: "orders", incidents: [incidentAnswer] },
    pulse: { at: NOW, oldestTurnMs: 12.5 },
  };
  const read = EVENT_KINDS.map((kind) => readEvent(kind, JSON.stringify(data[kind])));
  expect(read.map(({ kind }) => kind)).toEqual(EVENT_KINDS);
  expect(read[3]).toMatchObject({ entry: { id: 42, because: "2 of 3 Sentinels name h3" } });
  expect(read[4]).toMatchObject({ incidents: [{ kind: "failover", durationMs: 2600 }] });
});

test("an agent that says less is read: what it does not say is not there", () => {
  const { name, route, problems, nodes, sentinels } = groupAnswer;
  const older = readGroup({ name, route, problems, nodes, sentinels });
  expect(older).toMatchObject({ routeSince: null, decision: null, doubts: [], drills: [], targets: [] });
  expect(readEvent("hello", '{"observedBy":"h1","groups":1}')).toMatchObject({
    hello: { canChange: false, hosts: [] },
  });
});

test("an agent that says more is read, too", () => {
  expect(readGroup({ ...groupAnswer, later: { much: true } }).name).toBe("orders");
});

test.each([
  ["group is not an object", null],
  ["group is not an object", []],
  ["group.name is not a text", { ...groupAnswer, name: 3 }],
  ["group.nodes is not a list of at most 200", { ...groupAnswer, nodes: {} }],
  [
    "group.nodes is not a list of at most 200",
    { ...groupAnswer, nodes: Array.from({ length: 201 }, () => ({})) },
  ],
  ["group.nodes[0].id is not a text", { ...groupAnswer, nodes: [{}] }],
  ["group.route is not an object", { ...groupAnswer, route: null }],
  [
    "group.route.confirmed is not true or false",
    { ...groupAnswer, route: { ...groupAnswer.route, confirmed: "yes" } },
  ],
  [
    "group.drills is not a list of at most 20",
    { ...groupAnswer, drills: Array.from({ length: 21 }, () => groupAnswer.drills[0]) },
  ],
])("refuses a group, and says that %s", (sentence, value) => {
  expect(() => readGroup(value)).toThrow(new Error(sentence));
});

test("refuses what is no JSON, and what is larger than any agent's word", () => {
  expect(() => readEvent("pulse", "{")).toThrow(new Error("pulse is no JSON"));
  expect(() => readEvent("pulse", `"${"x".repeat(4_000_000)}"`)).toThrow("pulse has 4000002 characters");
});

test("cuts a text that nobody could read to its end", () => {
  const reason = "x".repeat(10_000);
  const { decision } = readGroup({ ...groupAnswer, decision: { kind: "hold", reason, at: NOW } });
  expect(decision?.reason).toHaveLength(4001);
});

test("reads answers to requests: what would happen, and why not", () => {
  const result = {
    outcome: "dry-run",
    reason: "would hand over from h1 to h2",
    from: "h1",
    to: "h2",
    checks: [{ id: "quorum", ok: true, sentence: "CKQUORUM is fine on 3 of 3 Sentinels" }],
    steps: [],
    pauseMs: null,
  };
  expect(readSwitchover({ result })).toEqual(result);
  const error = { code: "UNAUTHORIZED", message: "the token is missing or wrong", hint: "send it" };
  expect(readRefusal({ error })).toEqual(error);
  expect(() => readSwitchover({ error })).toThrow("answer.result is not an object");
});

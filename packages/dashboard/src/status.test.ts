// Promises of the reader of answers: the agent's answers pass, and others are refused by name.
import { expect, test } from "vitest";
import { readJournal, readStatus } from "./status.ts";
import { journalAnswer, statusAnswer } from "./status.fixture.ts";

const group = statusAnswer.groups[0];

test("reads what an agent answers, and leaves out what the page does not show", () => {
  const status = readStatus(structuredClone(statusAnswer));
  expect(status.groups[0]?.route).toEqual(group?.route);
  expect(status.groups[0]?.nodes[1]).toMatchObject({
    of: "127.41.0.13:6379",
    lagBytes: 1234,
    reason: null,
  });
  expect(status.groups[0]?.sentinels[2]).toMatchObject({ state: "silent", primary: null, epoch: null });
  expect(readJournal(journalAnswer)).toHaveLength(2);
});

test("reads keys that a later agent may add", () => {
  expect(readStatus({ ...statusAnswer, later: true }).observedBy).toBe("h1");
});

test.each([
  ["status is not an object", null],
  ["status is not an object", []],
  ["status.observedBy is not a text", { ...statusAnswer, observedBy: 3 }],
  ["status.groups is not a list of at most 2000", { ...statusAnswer, groups: {} }],
  ["status.groups[0].route is not an object", { ...statusAnswer, groups: [{ ...group, route: null }] }],
  [
    "status.groups[0].route.confirmed is not true or false",
    withRoute({ ...group?.route, confirmed: "yes" }),
  ],
  [
    "status.groups[0].nodes[0].id is not a text",
    { ...statusAnswer, groups: [{ ...group, nodes: [{}] }] },
  ],
  [
    "status.groups[0].nodes is not a list of at most 2000",
    { ...statusAnswer, groups: [{ ...group, nodes: many() }] },
  ],
])("refuses an answer, and says that %s", (sentence, value) => {
  expect(() => readStatus(value)).toThrow(new Error(sentence));
});

function withRoute(route: unknown): unknown {
  return { ...statusAnswer, groups: [{ ...group, route }] };
}

function many(): unknown {
  return Array.from({ length: 2001 }, () => group?.nodes[0]);
}

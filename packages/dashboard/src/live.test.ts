// Promises of the page's memory: it never passes old news off as fresh.
import { expect, test } from "vitest";
import { beginning, freshnessOf, heardStatus, missedStatus } from "./live.ts";
import { readStatus } from "./status.ts";
import { statusAnswer } from "./status.fixture.ts";

const first = readStatus(statusAnswer);
const second = { ...first, at: "2026-03-14T09:26:54.600Z" };

test("waits before the first answer, and says why it is late", () => {
  expect(freshnessOf(beginning, 0)).toEqual({
    kind: "waiting",
    sentence: "Waiting for the first answer of the agent.",
  });
  expect(freshnessOf(missedStatus(beginning, "status answered 503"), 9000)).toMatchObject({
    kind: "waiting",
    sentence: "Waiting for the first answer of the agent: status answered 503.",
  });
});

test("is fresh for three seconds after a later look at the cluster", () => {
  const live = heardStatus(heardStatus(beginning, first, 1000), second, 5000);
  expect(freshnessOf(live, 8000)).toEqual({ kind: "fresh" });
  expect(freshnessOf(live, 8001)).toMatchObject({ kind: "stale", ageMs: 3001 });
});

test("is stale, and says why, when the agent stops answering", () => {
  const live = missedStatus(heardStatus(beginning, first, 1000), "no answer within 2 s");
  expect(freshnessOf(live, 13_000)).toMatchObject({
    kind: "stale",
    sentence: "This is 12 s old; the agent does not answer: no answer within 2 s.",
  });
  expect(live.status).toBe(first);
});

test("is stale when the agent goes on answering with an old look, because its loop stands still", () => {
  const live = heardStatus(heardStatus(beginning, first, 1000), first, 9000);
  expect(freshnessOf(live, 9000)).toMatchObject({
    kind: "stale",
    sentence: "This is 8 s old; the agent answers, but has not looked at the cluster since.",
  });
});

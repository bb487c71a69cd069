// Resets that were heard, or stand in logs.
import { expect, test } from "vitest";
import { heardFrom, logLine, PRIMARY } from "./events.fixture.ts";
import type { EventStream } from "./facts-events.ts";
import { resetsHeard } from "./reset-events.ts";
import { factsOf } from "./rule.fixture.ts";

const found = (...heard: readonly EventStream[]) =>
  [...resetsHeard(factsOf({ live: { heard } }))].map(({ place, message }) => `${place.file} ${message}`);
const reset = (second: number) => `${String(second)} +reset-master ${PRIMARY}`;

test("two Sentinels within 30 s are found, at the second of them", () => {
  expect(found(heardFrom(1, reset(0)), heardFrom(2), heardFrom(3, reset(29)))).toEqual([
    '10.0.0.3:26379 The Sentinel 10.0.0.3:26379 was reset for "main" 29 s after "10.0.0.1:26379"; ' +
      "expected 30 s, or SENTINEL CKQUORUM, in between",
  ]);
});

test("one after the other is right, and so is one Sentinel twice, or another cluster", () => {
  expect(found(heardFrom(1, reset(0)), heardFrom(2, reset(30)), heardFrom(3, reset(60)))).toEqual([]);
  expect(found(heardFrom(1, reset(0), reset(2)))).toEqual([]);
  const elsewhere = heardFrom(2, "1 +reset-master master main 10.9.0.1 6379");
  expect(found(heardFrom(1, reset(0)), elsewhere)).toEqual([]);
});

test("one while the primary is down is found, and not when it is back, or another one is", () => {
  const sdown = `1 +sdown ${PRIMARY}`;
  expect(found(heardFrom(1, sdown, reset(9)))).toEqual([
    expect.stringContaining('was reset for "main" while the primary was down (+sdown)'),
  ]);
  expect(found(heardFrom(1, sdown, `5 -sdown ${PRIMARY}`, reset(9)))).toEqual([]);
  const switched = "5 +switch-master main 10.0.0.1 6379 10.0.0.2 6379";
  expect(found(heardFrom(1, sdown, switched, reset(9)))).toEqual([]);
  const replicaDown = "1 +sdown slave 10.0.0.2:6379 10.0.0.2 6379 @ main 10.0.0.1 6379";
  expect(found(heardFrom(1, replicaDown, reset(9)))).toEqual([]);
});

test("logs are found by their line", () => {
  const files = {
    "h1/sentinel.log": logLine("04:41.100", `+reset-master ${PRIMARY}`),
    "h2/sentinel.log": `\n${logLine("04:42.300", `+reset-master ${PRIMARY}`)}`,
  };
  const drafts = [...resetsHeard(factsOf({ files }))];
  expect(drafts.map(({ place }) => place)).toEqual([{ file: "h2/sentinel.log", line: 2, column: 34 }]);
});

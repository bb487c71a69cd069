import { expect, test } from "vitest";
import type { Change } from "../../target.ts";
import { isRecorded, NO_EPOCH, readingOf, recordedIn, recordOf, refuseNewer } from "./recorded.ts";

const change: Change = {
  group: "main",
  endpoint: { address: "10.9.0.2", port: 6379 },
  epoch: 7,
  from: undefined,
  role: "leader",
};
const VALUE = JSON.stringify(recordOf(change));

test("what was recorded is read back, and nothing else is taken for it", () => {
  const recorded = recordedIn(VALUE, "k", "main");
  expect(recorded).toEqual({ endpoint: change.endpoint, epoch: 7 });
  expect(isRecorded(recorded, change)).toBe(true);
  expect(isRecorded(recorded, { ...change, epoch: 8 })).toBe(false);
  const endpoint = { ...change.endpoint, port: 6380 };
  expect(isRecorded(recorded, { ...change, endpoint })).toBe(false);
  expect(isRecorded(undefined, change)).toBe(false);
});

test("a value without an epoch is older than every one, the first included", () => {
  const recorded = recordedIn('{"address":"10.9.0.2","port":6379}', "k", "main");
  expect(recorded.epoch).toBe(NO_EPOCH);
  expect(() => refuseNewer(recorded, { ...change, epoch: 0 })).not.toThrow();
});

test.each([
  "",
  "10.9.0.2:6379",
  "null",
  "[]",
  "{}",
  '{"address":"","port":6379}',
  '{"address":"10.9.0.2","port":0}',
  '{"address":"10.9.0.2","port":6379,"epoch":-3}',
  '{"address":"10.9.0.2","port":6379,"epoch":1.5}',
  '{"address":"10.9.0.2","port":"6379","epoch":1}',
])("is somebody else's, and not quoted: %s", (text) => {
  const read = () => recordedIn(text, "the-key", "main");
  expect(read).toThrow(/^the-key holds something else than .*; move it away, or choose another key$/);
});

test("a newer epoch is refused with both numbers; the same one is not", () => {
  const recorded = recordedIn(VALUE, "k", "main");
  expect(() => refuseNewer(recorded, { ...change, epoch: 6 })).toThrow(
    "holds epoch 7 (10.9.0.2:6379), and 6 is older",
  );
  expect(() => refuseNewer(recorded, change)).not.toThrow();
});

test("what is shown of a value is a line of bounded length", () => {
  const text = `{"address":\n"${"x".repeat(250)}","port":1}`;
  const { raw } = readingOf(recordedIn(text, "k", "main"), text);
  expect(raw.length).toBeLessThanOrEqual(200);
  expect(raw).not.toContain("\n");
});

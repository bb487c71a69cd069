// What became of targets, from sights that a test has made up.
import { expect, test } from "vitest";
import { targets } from "../checkers/targets.ts";
import type { Judged } from "../checkers/checker.ts";
import type { Sight, WatchedTarget } from "../targets/watch.ts";
import { targetResults } from "./targets.ts";

const at = (host: number) => ({ address: `10.9.0.${host}`, port: 6379 });
const sight = (atMs: number, host: number, epoch?: number): Sight => ({
  atMs,
  endpoint: at(host),
  epoch,
});

function resultOf(sights: readonly Sight[], silence?: string) {
  const watched: WatchedTarget = { name: "edge", kind: "etcd", sights, silence };
  const [result] = targetResults({ watched: [watched], faultAtMs: 1_000, before: at(1), after: at(2) });
  return result;
}
function verdictOf(...args: Parameters<typeof resultOf>) {
  const result = resultOf(...args);
  const judged = { targets: result === undefined ? [] : [result] } as unknown as Judged;
  return targets.check(judged);
}

test("the time is that of the first sight of the new primary that stayed", () => {
  const sights = [sight(0, 1, 3), sight(2_500, 2, 4)];
  expect(resultOf(sights)).toMatchObject({ followedMs: 1_500, isLed: true, wentBack: null, epoch: 4 });
  expect(verdictOf(sights)).toEqual({
    verdict: "held",
    sentence: "the target leads to the primary: edge after 1.5 s",
  });
});

test("an older epoch after a newer one is a step back, also when it was put right", () => {
  const sights = [sight(0, 1, 3), sight(2_000, 2, 4), sight(2_100, 1, 3), sight(2_200, 2, 4)];
  expect(verdictOf(sights)).toEqual({
    verdict: "broken",
    sentence: "target edge went back from epoch 4 to 3 (10.9.0.1:6379)",
  });
});

test("where no epoch can be held, the old primary after the new one is a step back", () => {
  const sights = [sight(0, 1), sight(2_000, 2), sight(2_100, 1), sight(2_200, 2)];
  expect(verdictOf(sights)?.sentence).toBe("target edge went back to 10.9.0.1:6379 again");
});

test("one that leads to the old primary in the end is broken, one that nobody could ask unknown", () => {
  expect(verdictOf([sight(0, 1, 3)])?.verdict).toBe("broken");
  expect(verdictOf([], "it cannot be asked where it leads")).toEqual({
    verdict: "unknown",
    sentence: "where target edge leads is not known: it cannot be asked where it leads",
  });
  expect(verdictOf([sight(0, 1, 3), sight(1, 2, 4)], "HTTP 500")?.verdict).toBe("unknown");
});

test("a group without targets has nothing to promise", () => {
  expect(targets.check({ targets: [] } as unknown as Judged)).toBeUndefined();
});

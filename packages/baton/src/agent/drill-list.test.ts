// When an agent reads how drills ended, and whom it asks.
import { expect, test } from "vitest";
import type { DrillNote } from "../cluster/drill-note.ts";
import type { Door } from "../redis/door.ts";
import { systemClock } from "../sys/clock.ts";
import { openDrillList } from "./drill-list.ts";
import type { Turn } from "./loop.ts";

const note: DrillNote = {
  id: "1",
  fault: "kill-primary",
  place: "lab",
  at: "2026-03-14T09:26:53.589Z",
  verdict: "held",
  rtoMs: 2250,
  objectiveMs: 3000,
  lost: 0,
  acknowledged: 4901,
  sentence: "writes through the router were away for 2250 ms, the objective is 3000 ms",
  cureAtMs: 4200,
  marks: [{ atMs: 0, event: "fault", who: "drill" }],
  lanes: [{ label: "through the router", awayFromMs: 0, awayToMs: 2250, count: 4 }],
};

function bench(answer: () => Promise<unknown>) {
  const asked: string[] = [];
  let nowMs = 0;
  const door = (node: string) =>
    ({
      call(words: readonly string[]) {
        asked.push(`${node} ${words.join(" ")}`);
        return answer();
      },
    }) as unknown as Door;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const list = openDrillList({ group: "main", clock, random: () => 0 });
  const turn = (kind = "primary", route: object = {}) =>
    ({
      observation: { nodes: [{ node: "h1", kind }] },
      decided: { memory: { route: { kind: "primary", node: "h1", confirmed: true, ...route } } },
    }) as unknown as Turn;
  const see = async (isUnderWay: boolean, one = turn()) => {
    list.see(one, isUnderWay, door);
    await new Promise(setImmediate);
  };
  return { asked, list, see, turn, pass: (ms: number) => void (nowMs += ms) };
}

test("it is read from the primary of the route, every 30 s, and at once when a drill is over", async () => {
  const { asked, list, see, pass } = bench(() =>
    Promise.resolve([JSON.stringify(note), "of a stranger"]),
  );
  expect(list.notes()).toEqual([]);
  await see(false);
  expect(asked).toEqual(["h1 LRANGE baton:main:drills 0 19"]);
  expect(list.notes()).toEqual([note]);
  pass(29_999);
  await see(true);
  expect(asked).toHaveLength(1);
  await see(false);
  expect(asked).toHaveLength(2);
  await see(false);
  expect(asked).toHaveLength(2);
  pass(30_000);
  await see(false);
  expect(asked).toHaveLength(3);
});

test("nobody is asked who is silent, no primary, or not confirmed", async () => {
  const { asked, see, turn } = bench(() => Promise.resolve([]));
  await see(false, turn("silent"));
  await see(false, turn("replica"));
  await see(false, turn("primary", { confirmed: false }));
  await see(false, turn("primary", { kind: "none" }));
  expect(asked).toEqual([]);
});

test("a refusal leaves what was read before, and is asked again in time only", async () => {
  let isRefused = false;
  const { asked, list, see, pass } = bench(() =>
    isRefused ? Promise.reject(new Error("NOPERM")) : Promise.resolve([JSON.stringify(note)]),
  );
  await see(false);
  isRefused = true;
  pass(30_000);
  await see(false);
  await see(false);
  expect([asked.length, list.notes()]).toEqual([2, [note]]);
});

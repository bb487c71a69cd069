import { expect, test } from "vitest";
import { decide } from "../decide/decide.ts";
import {
  follows,
  group,
  input,
  isPrimary,
  layout,
  mute,
  observed,
  says,
} from "../decide/world.fixture.ts";
import type { View } from "../observe/types.ts";
import { nodeDoor } from "../observe/observer.ts";
import type { Door } from "../redis/door.ts";
import { systemClock } from "../sys/clock.ts";
import { openGroupVitals } from "./vitals.ts";

const calm = ["h1", "h2", "h3"].map((id) => says(id, "h1", 6));
const busy = [says("h1", "h1", 6), mute("h2"), mute("h3")];
const nodes = [isPrimary("h1", ["h2", "h3"]), follows("h2", "h1"), follows("h3", "h1")];

function stage() {
  let nowMs = 1_000_000;
  const asked: string[] = [];
  const door = (id: string): Door => ({
    address: id,
    port: 6379,
    call: () => expect.fail("one question is not enough"),
    batch(questions) {
      asked.push(id);
      return Promise.resolve(questions.map(() => ""));
    },
    close: () => undefined,
  });
  const doors = new Map(["h1", "h2", "h3"].map((id) => [nodeDoor(id), door(id)]));
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const vitals = openGroupVitals({ layout, group, observer: { doors }, clock });
  const turn = (views: readonly View[], passedMs: number) => {
    nowMs += passedMs;
    const decided = decide(input(views, nodes));
    const observation = observed(views, nodes, nowMs);
    vitals.see({ observation, decided });
  };
  return { asked, turn };
}

test("nodes are asked after a calm turn, and left alone while something is going on", () => {
  const { asked, turn } = stage();
  turn(busy, 0);
  expect(asked).toEqual([]);
  turn(calm, 500);
  expect(asked).toEqual(["h1", "h2", "h3"]);
});

test("what is going on for more than a minute keeps nobody from being asked", () => {
  const { asked, turn } = stage();
  turn(busy, 0);
  turn(busy, 59_000);
  expect(asked).toEqual([]);
  turn(busy, 1_500);
  expect(asked).toHaveLength(3);
});

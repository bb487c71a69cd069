// What an agent shows of a group beyond its last look.
import { expect, test } from "vitest";
import { decide, nothingRemembered } from "../decide/decide.ts";
import type { Doubt, Memory } from "../decide/types.ts";
import { dead, follows, group, input, isPrimary, layout, mute, says } from "../decide/world.fixture.ts";
import type { NodeView, View } from "../observe/types.ts";
import { systemClock } from "../sys/clock.ts";
import { openGroupMemory } from "./group-memory.ts";

const NOW = Date.parse("2026-03-14T09:26:53.000Z");
const drill = {
  fault: "kill-primary",
  by: "laptop",
  since: "2026-03-14T09:25:53.000Z",
  until: "2026-03-14T09:27:53.000Z",
};
const healthy: readonly View[] = [says("h1", "h1", 4), says("h2", "h1", 4), says("h3", "h1", 4)];
const nodes: readonly NodeView[] = [
  isPrimary("h1", ["h2", "h3"]),
  follows("h2", "h1"),
  follows("h3", "h1"),
];
const moved: readonly View[] = [says("h1", "h2", 5), says("h2", "h2", 5), says("h3", "h2", 5)];
const movedNodes: readonly NodeView[] = [dead("h1"), isPrimary("h2", ["h3"]), follows("h3", "h2")];

function bench() {
  const memory = openGroupMemory({ layout, group, clock: systemClock });
  let remembered: Memory = nothingRemembered;
  const see = (
    second: number,
    [views, seen]: readonly [readonly View[], readonly NodeView[]],
    doubts: readonly Doubt[] = [],
  ) => {
    const given = { ...input(views, seen, { memory: remembered, doubts }), nowMs: second * 1_000 };
    const decided = decide(given);
    remembered = decided.memory;
    const { observation } = given;
    memory.see({ atWallMs: NOW + second * 1_000, observation, decided, doubts, tookMs: 1 });
    return memory.status();
  };
  return { memory, see };
}

test("before the first turn it knows nothing, and says so", () => {
  const status = bench().memory.status();
  expect(status).toMatchObject({
    route: { kind: "none", reason: "nothing has been seen yet" },
    routeSince: null,
    decision: null,
    doubts: [],
    pause: null,
    drill: null,
    drills: [],
  });
});

test("a route holds since it was first taken, until there is another one", () => {
  const { see } = bench();
  expect(see(0, [healthy, nodes]).routeSince).toBe("2026-03-14T09:26:53.000Z");
  expect(see(7, [healthy, nodes])).toMatchObject({
    routeSince: "2026-03-14T09:26:53.000Z",
    decision: { kind: "route", at: "2026-03-14T09:26:53.000Z" },
  });
  expect(see(9, [moved, movedNodes]).routeSince).toBe("2026-03-14T09:27:02.000Z");
});

test("a doubt is told in words, and gone with it", () => {
  const { see } = bench();
  see(0, [healthy, nodes]);
  const doubted = see(1, [healthy, nodes], [{ kind: "stalled", forMs: 900 }]);
  expect(doubted.doubts).toEqual(["this process stood still for 900 ms"]);
  expect(doubted.decision).toMatchObject({ kind: "hold" });
  expect(see(2, [healthy, nodes]).doubts).toEqual([]);
});

test("a drill is known while it stands on the primary, and while nobody answers until it would end", () => {
  const { see } = bench();
  const [primary, ...others] = nodes;
  const told = [{ ...primary, drill } as NodeView, ...others];
  expect(see(0, [healthy, told]).drill).toEqual(drill);
  const silence: readonly [readonly View[], readonly NodeView[]] = [
    [mute("h1"), mute("h2"), mute("h3")],
    [dead("h1"), dead("h2"), dead("h3")],
  ];
  expect(see(59, silence).drill).toEqual(drill);
  expect(see(60, silence).drill).toBeNull();
  expect(see(61, [healthy, told]).drill).toEqual(drill);
  expect(see(62, [healthy, nodes]).drill).toBeNull();
});

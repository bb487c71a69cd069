// What an agent shows of all its groups together.
import { afterEach, expect, test } from "vitest";
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { decide } from "../decide/decide.ts";
import { group, input, layout } from "../decide/world.fixture.ts";
import { journalInMemory } from "../http/live.fixture.ts";
import { healthyNodes, healthyViews } from "../status/status.fixture.ts";
import { systemClock } from "../sys/clock.ts";
import { type KnownGroups, openKnownGroups } from "./known-groups.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const START = Date.parse("2026-03-14T09:26:53.000Z");
const other: GroupPlan = { ...group, name: "other" };
const two: Layout = { ...layout, groups: [group, other] };

function bench() {
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs, wallMs: () => START + nowMs };
  const known = openKnownGroups({
    layout: two,
    host: "h1",
    version: "1.2.3",
    clock,
    journal: journalInMemory(),
    path: "/dev/null/journal.jsonl",
    say: () => undefined,
  });
  closers.push(() => known.close());
  const see = (plan: GroupPlan) => {
    const given = input(healthyViews, healthyNodes, { group: plan, nowMs });
    const observation = { ...given.observation, group: plan.name, atMs: nowMs };
    const decided = decide({ ...given, observation });
    known.see(plan, { atWallMs: clock.wallMs(), observation, decided, doubts: [], tookMs: 1 });
  };
  return { known, see, pass: (ms: number) => void (nowMs += ms) };
}

const oldest = ({ parts }: KnownGroups) => parts.live.oldestTurnMs();

test("the oldest turn is that of the group that waits, since the start for one that had none", () => {
  const { known, see, pass } = bench();
  pass(100);
  expect(oldest(known)).toBeNull();
  see(group);
  pass(50);
  expect(oldest(known)).toBe(150);
  see(other);
  expect(oldest(known)).toBe(50);
  pass(30);
  see(group);
  expect(oldest(known)).toBe(30);
});

test("the status has every group, as of the newest turn; who follows turns hears of each", () => {
  const { known, see, pass } = bench();
  const heard: string[] = [];
  const end = known.parts.live.onTurn((name) => heard.push(name));
  pass(250);
  see(other);
  end();
  see(group);
  const status = known.parts.status();
  expect([status.observedBy, status.at]).toEqual(["h1", "2026-03-14T09:26:53.250Z"]);
  expect(status.groups.map(({ name, route }) => [name, route.kind])).toEqual([
    ["main", "primary"],
    ["other", "primary"],
  ]);
  expect(heard).toEqual(["other"]);
  expect(known.parts.live.about).toEqual({
    observedBy: "h1",
    version: "1.2.3",
    lookEveryMs: 500,
    startedAt: "2026-03-14T09:26:53.000Z",
    hosts: [
      { name: "h1", zone: "h1" },
      { name: "h2", zone: "h2" },
      { name: "h3", zone: "h3" },
    ],
  });
});

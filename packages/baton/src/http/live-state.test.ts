// What is told of many groups: the whole once, then what changed, made once for everybody.
import { expect, test } from "vitest";
import { dead, follows, isPrimary } from "../decide/world.fixture.ts";
import type { GroupRow } from "../status/row.ts";
import { healthyViews, statusFixture } from "../status/status.fixture.ts";
import { liveFixture } from "./live.fixture.ts";
import { LiveState, type Told } from "./live-state.ts";

const NOBODY: ReadonlySet<string> = new Set();
const broken = statusFixture(healthyViews, [isPrimary("h1", ["h2"]), follows("h2", "h1"), dead("h3")]);

interface Overview {
  readonly isWhole: boolean;
  readonly rows: readonly GroupRow[];
}

/** The object of one event. */
function told(part: Told | undefined): unknown {
  const [, json] = /\ndata: (.*)\n\n$/.exec(Buffer.from(part?.bytes ?? []).toString()) ?? [];
  return json === undefined ? undefined : JSON.parse(json);
}
const overviewIn = (part: Told | undefined) => told(part) as Overview | undefined;

function bench(groups: readonly string[]) {
  const world = liveFixture(groups);
  const state = new LiveState(world.source);
  world.source.onTurn((group) => state.touch(group));
  state.touchAll();
  state.refresh(NOBODY);
  return { ...world, state };
}

test("whoever knows nothing is told all rows, in the order of the cluster file", () => {
  const { state } = bench(["b", "a", "c"]);
  const whole = overviewIn(state.overview(0));
  expect([whole?.isWhole, whole?.rows.map(({ name }) => name)]).toEqual([true, ["b", "a", "c"]]);
});

test("whoever is up to date is told the rows that changed, and nothing while none does", () => {
  const { state, turn } = bench(["a", "b", "c"]);
  const version = state.overview(0)?.version ?? 0;
  turn("b");
  state.refresh(NOBODY);
  expect(state.overview(version)).toBeUndefined();
  turn("b", broken);
  state.refresh(NOBODY);
  const change = overviewIn(state.overview(version));
  expect([change?.isWhole, change?.rows.map(({ name }) => name)]).toEqual([false, ["b"]]);
});

test("whoever was told long ago gets every row that changed since, once and as it is now", () => {
  const { state, turn } = bench(["a", "b", "c"]);
  const version = state.overview(0)?.version ?? 0;
  for (const [name, status] of [
    ["a", broken],
    ["b", broken],
    ["b", statusFixture()],
  ] as const) {
    turn(name, status);
    state.refresh(NOBODY);
  }
  const rows = overviewIn(state.overview(version))?.rows.map(({ name, severity }) => [name, severity]);
  expect(rows).toEqual([
    ["a", "warning"],
    ["b", "fine"],
  ]);
});

test("the same bytes go to everybody", () => {
  const { state, turn } = bench(["a", "b"]);
  const first = state.overview(0);
  expect(state.overview(0)?.bytes).toBe(first?.bytes);
  turn("a", broken);
  state.refresh(NOBODY);
  const known = first?.version ?? 0;
  expect(state.overview(known)?.bytes).toBe(state.overview(known)?.bytes);
});

test("a status is told whole for a wanted group, when it changed, and kept for no other", () => {
  const { state, turn } = bench(["a", "b"]);
  const wanted = new Set(["a"]);
  state.refresh(wanted);
  const first = state.group("a", 0);
  expect(told(first)).toMatchObject({ name: "a", problems: [] });
  expect(state.group("b", 0)).toBeUndefined();
  turn("a");
  state.refresh(wanted);
  expect(state.group("a", first?.version ?? 0)).toBeUndefined();
  turn("a", broken);
  state.refresh(wanted);
  expect(told(state.group("a", first?.version ?? 0))).toMatchObject({
    problems: [{ code: "replica-down" }],
  });
  state.refresh(NOBODY);
  expect(state.group("a", 0)).toBeUndefined();
});

test("of a thousand groups only those are looked at that had a turn", () => {
  const { state, turn, asked } = bench(Array.from({ length: 1_000 }, (_, index) => `g${index}`));
  const before = asked();
  for (const name of ["g1", "g2", "g1"]) turn(name);
  state.refresh(NOBODY);
  expect(asked() - before).toBe(2);
  state.refresh(NOBODY);
  expect(asked() - before).toBe(2);
});

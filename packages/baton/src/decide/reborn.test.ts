import { expect, test } from "vitest";
import type { NodeView } from "../observe/types.ts";
import { decide, type DecideInput } from "./decide.ts";
import { follows, input, isPrimary, says } from "./world.fixture.ts";

const all = ["h1", "h2", "h3"].map((id) => says(id, "h1", 6));
const holding = (view: NodeView, keys: number, replicationId: string): NodeView =>
  Object.assign(view, { keys, replicationId });
const nodes = (keys: readonly [number, number], ids: readonly [string, string]) => [
  holding(isPrimary("h1", ["h2", "h3"]), keys[0], ids[0]),
  holding(follows("h2", "h1"), keys[1], ids[1]),
  holding(follows("h3", "h1"), keys[1], ids[1]),
];
const turn = (seen: readonly NodeView[], more: Partial<DecideInput> = {}) =>
  decide(input(all, seen, more));
const codes = ({ problems }: ReturnType<typeof turn>) => problems.map(({ code }) => code);

test("a primary that was restarted without its data is named before its replicas are emptied", () => {
  const { problems } = turn(nodes([0, 500], ["new", "old"]));
  expect(problems[0]).toEqual({
    code: "primary-empty",
    severity: "error",
    message: "h1 was restarted without data, and h2 still holds 500 keys",
  });
});

test("and after they have been, as long as it stays empty", () => {
  const before = turn(nodes([500, 500], ["old", "old"]));
  const wiped = turn(nodes([0, 0], ["new", "new"]), { memory: before.memory });
  const still = turn(nodes([0, 0], ["new", "new"]), { memory: wiped.memory });
  expect(still.problems[0]?.message).toBe("h1 was restarted and holds no keys; it held 500 before");
  const filled = turn(nodes([3, 3], ["new", "new"]), { memory: still.memory });
  expect(codes(filled)).toEqual([]);
});

test("an application that empties its database is no problem", () => {
  const before = turn(nodes([500, 500], ["old", "old"]));
  expect(codes(turn(nodes([0, 500], ["old", "old"]), { memory: before.memory }))).toEqual([]);
  expect(codes(turn(nodes([0, 0], ["old", "old"]), { memory: before.memory }))).toEqual([]);
});

// Which of its decisions an agent shows.
import { expect, test } from "vitest";
import type { Decision } from "../decide/types.ts";
import { newestDecision, type Said } from "./newest-decision.ts";

const to = { address: "10.0.0.1", port: 6379 };
const stay = (reason: string): Decision => ({ kind: "stay", reason });
const hold = (reason: string): Decision => ({ kind: "hold", reason });
const route = (reason: string): Decision => ({
  kind: "route",
  route: { kind: "none", reason },
  reason,
});
const fence = (reason: string): Decision => ({
  kind: "fence",
  node: "h1",
  to,
  epoch: 3,
  by: "agreement",
  reason,
});

/** What is shown after each of the turns, with the second in which it was first said. */
function shown(...turns: readonly (readonly Decision[])[]): readonly string[] {
  let said: Said | undefined;
  return turns.map((decisions, second) => {
    said = newestDecision(said, decisions, `${second}`);
    return said === undefined ? "" : `${said.newest.kind}: ${said.newest.reason} @${said.newest.at}`;
  });
}

test("turns that repeat why the route stays leave what was decided before", () => {
  const turns = [[route("all name h1")], [stay("all name h1")], [stay("all name h1")]];
  expect(shown(...turns)).toEqual(turns.map(() => "route: all name h1 @0"));
});

test("another reason to stay is news, and so is the end of a hold", () => {
  expect(shown([stay("3 of 3")], [stay("2 of 3")], [hold("in doubt")], [stay("2 of 3")])).toEqual([
    "stay: 3 of 3 @0",
    "stay: 2 of 3 @1",
    "hold: in doubt @2",
    "stay: 2 of 3 @3",
  ]);
});

test("a deed is shown before the route, keeps its first time, and outlives the turns that repeat", () => {
  const again = [stay("3 of 3"), fence("h1 is back")];
  expect(shown([stay("3 of 3")], again, again, [stay("3 of 3")])).toEqual([
    "stay: 3 of 3 @0",
    "fence: h1 is back @1",
    "fence: h1 is back @1",
    "fence: h1 is back @1",
  ]);
});

test("nothing decided shows nothing", () => {
  expect(shown([])).toEqual([""]);
});

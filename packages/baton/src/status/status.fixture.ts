// A group's status for tests, as an agent would show it of three healthy hosts.
import { decide } from "../decide/decide.ts";
import { follows, group, input, isPrimary, layout, observed, says } from "../decide/world.fixture.ts";
import type { NodeView, View } from "../observe/types.ts";
import { groupStatus, type GroupStatus, type Known } from "./status.ts";

export const knownFixture: Known = {
  routeSince: "2026-03-14T09:26:00.000Z",
  decision: { kind: "route", reason: "3 of 3 name h1", at: "2026-03-14T09:26:00.000Z" },
  doubts: [],
  drill: null,
  drills: [],
};

export const healthyViews: readonly View[] = [
  says("h1", "h1", 4),
  says("h2", "h1", 4),
  says("h3", "h1", 4),
];
export const healthyNodes: readonly NodeView[] = [
  isPrimary("h1", ["h2", "h3"]),
  follows("h2", "h1"),
  follows("h3", "h1"),
];

/** What one look at this world makes of it. */
export function statusFixture(
  views: readonly View[] = healthyViews,
  nodes: readonly NodeView[] = healthyNodes,
  known: Partial<Known> = {},
): GroupStatus {
  const { memory, confirmations, problems } = decide(input(views, nodes));
  return groupStatus({
    layout,
    group,
    observation: observed(views, nodes),
    route: memory.route,
    confirmations,
    problems,
    known: { ...knownFixture, ...known },
  });
}

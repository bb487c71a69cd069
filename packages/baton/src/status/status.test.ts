// What a group's status says beside routes and roles: what is known of it, and what keeps it quiet.
import { expect, test } from "vitest";
import { follows, isPrimary } from "../decide/world.fixture.ts";
import type { NodeView } from "../observe/types.ts";
import { healthyViews, knownFixture, statusFixture } from "./status.fixture.ts";

const pause = { until: "2026-03-14T09:56:00.000Z", by: "laptop" };

test("what the observer knows beside the look stands in the status as it is", () => {
  const doubts = ["this process stood still for 900 ms"];
  const status = statusFixture(undefined, undefined, { doubts });
  expect(status).toMatchObject({ ...knownFixture, doubts, pause: null });
  expect(status.nodes.map(({ role }) => role)).toEqual(["primary", "replica", "replica"]);
});

test("a pause is what the agreed primary says, not a replica that has yet to hear of its end", () => {
  const paused = (view: NodeView): NodeView => (view.kind === "silent" ? view : { ...view, pause });
  const others = [follows("h2", "h1"), follows("h3", "h1")];
  expect(statusFixture(healthyViews, [paused(isPrimary("h1")), ...others]).pause).toEqual(pause);
  const late = [isPrimary("h1"), paused(follows("h2", "h1")), follows("h3", "h1")];
  expect(statusFixture(healthyViews, late).pause).toBeNull();
});

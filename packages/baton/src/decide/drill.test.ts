// When a drill counts as under way: as long as the group's own Redis says so, and while nobody can.
import { expect, test } from "vitest";
import type { RunningDrill } from "../cluster/drill-note.ts";
import type { NodeRemarks, NodeView, View } from "../observe/types.ts";
import { drillUnderWay, type KnownDrill } from "./drill.ts";
import { dead, follows, group, isPrimary, mute, observed, says } from "./world.fixture.ts";

const NOW = Date.parse("2026-03-14T09:26:53.000Z");
const drill: RunningDrill = {
  fault: "kill-primary",
  by: "laptop",
  since: "2026-03-14T09:25:53.000Z",
  until: "2026-03-14T09:27:53.000Z",
};
const agreed = [says("h1", "h1", 4), says("h2", "h1", 4), says("h3", "h1", 4)];
const telling = (view: NodeView, remarks: NodeRemarks = {}): NodeView =>
  view.kind === "silent" ? view : { ...view, replicationId: "one", ...remarks };
const known: KnownDrill = { drill, replicationId: "one", seenAtMs: NOW };

const look = (
  views: readonly View[],
  nodes: readonly NodeView[],
  more: { readonly before?: KnownDrill; readonly wallMs?: number } = {},
) =>
  drillUnderWay({
    group,
    observation: observed(views, nodes),
    before: undefined,
    wallMs: NOW,
    ...more,
  })?.drill;

test("what the agreed primary says is under way, whatever a replica has not heard yet", () => {
  const replicas = [telling(follows("h2", "h1")), telling(follows("h3", "h1"))];
  expect(look(agreed, [telling(isPrimary("h1"), { drill }), ...replicas])).toEqual(drill);
  const late = telling(follows("h2", "h1"), { drill });
  expect(look(agreed, [telling(isPrimary("h1")), late])).toBeUndefined();
});

test("it is over when the key is gone from the data in which it stood", () => {
  expect(look(agreed, [telling(isPrimary("h1"))], { before: known })).toBeUndefined();
});

test("while the primary is silent any node's word will do, and without one its memory", () => {
  const nodes = [dead("h1"), telling(follows("h2", "h1"), { drill })];
  expect(look(agreed, nodes)).toEqual(drill);
  const nobody = [dead("h1"), dead("h2"), dead("h3")];
  expect(look([mute("h1"), mute("h2"), mute("h3")], nobody, { before: known })).toEqual(drill);
  expect(look(agreed, nobody)).toBeUndefined();
});

test("a primary that came back empty has lost the key: the drill goes on until its expiry", () => {
  const reborn = telling(isPrimary("h1"), { replicationId: "another", keys: 0 });
  expect(look(agreed, [reborn], { before: known })).toEqual(drill);
  const later = Date.parse(drill.until);
  expect(look(agreed, [reborn], { before: known, wallMs: later - 1 })).toEqual(drill);
  expect(look(agreed, [reborn], { before: known, wallMs: later })).toBeUndefined();
});

test("no memory lasts longer than an hour, whatever the key said of its end", () => {
  const endless = { ...known, drill: { ...drill, until: "2126-03-14T09:26:53.000Z" } };
  const nobody = [dead("h1"), dead("h2"), dead("h3")];
  expect(look(agreed, nobody, { before: endless, wallMs: NOW + 3_599_999 })).toEqual(endless.drill);
  expect(look(agreed, nobody, { before: endless, wallMs: NOW + 3_600_000 })).toBeUndefined();
});

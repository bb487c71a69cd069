// Promises of the history: every incident and drill can be drawn, nothing in it covers anything else.
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { IncidentTimeline } from "../drawings/incident-timeline.tsx";
import { OutageTimeline } from "../drawings/outage-timeline.tsx";
import { overlaps, textBoxes } from "../drawings/text-boxes.fixture.ts";
import { drillAnswer, groupAnswer, incidentAnswer } from "../wire/events.fixture.ts";
import { type Incident, readEvent } from "../wire/events.ts";
import { readGroup } from "../wire/group.ts";
import { drawnDrill, drawnIncident } from "./drawn.ts";
import { episodesOf } from "./episodes.ts";

function incidentWith(more: object): Incident {
  const text = JSON.stringify({ group: "orders", incidents: [{ ...incidentAnswer, ...more }] });
  const event = readEvent("incidents", text);
  const [incident] = event.kind === "incidents" ? event.incidents : [];
  if (incident === undefined) throw new Error("no incident");
  return incident;
}

function drillWith(more: object) {
  const [note] = readGroup({ ...groupAnswer, drills: [{ ...drillAnswer, ...more }] }).drills;
  if (note === undefined) throw new Error("no drill");
  return note;
}

const stepsAt = (...steps: readonly (readonly [string, number])[]) =>
  steps.map(([name, afterMs]) => ({ name, afterMs, at: incidentAnswer.startedAt, sentence: "s" }));

const crowd = stepsAt(
  ...Array.from({ length: 64 }, (_, index): [string, number] => [`target balancer-${index}`, index * 7]),
);

test.each([
  ["a failover", incidentWith({})],
  ["one that was given up", incidentWith({ outcome: "undone", durationMs: null, epoch: null })],
  ["one that has just begun", incidentWith({ durationMs: null, steps: stepsAt(["sdown", 0]) })],
  ["one without a step", incidentWith({ durationMs: null, steps: [] })],
  [
    "a fence of no time",
    incidentWith({ kind: "fence", durationMs: 0, steps: stepsAt(["fenced h1", 0]) }),
  ],
  ["one with as many steps as there may be", incidentWith({ durationMs: 300, steps: crowd })],
])("%s is drawn so that nothing covers anything", (_, incident) => {
  const svg = renderToString(<IncidentTimeline {...drawnIncident(incident)} />);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
  expect(overlaps(textBoxes(svg))).toEqual([]);
});

test("what comes minutes later does not press the failover into a corner", () => {
  const { range, lanes, doneAtMs } = drawnIncident(incidentWith({}));
  expect(range.toMs).toBeLessThan(4000);
  expect(doneAtMs).toBe(2600);
  expect(lanes.map(({ label, marks }) => `${label} ${marks.length}`)).toEqual([
    "Sentinels 5",
    "Baton 4",
  ]);
});

test.each([
  ["held", drillWith({})],
  ["without a cure, a lane or a mark", drillWith({ cureAtMs: null, lanes: [], marks: [], rtoMs: null })],
  [
    "with clients that were away before the fault was known",
    drillWith({ lanes: [{ label: "router", awayFromMs: -40, awayToMs: 90_000, count: 1 }] }),
  ],
])("a drill, %s, is drawn by the report's own timeline", (_, note) => {
  const svg = renderToString(<OutageTimeline {...drawnDrill(note)} />);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
  expect(overlaps(textBoxes(svg))).toEqual([]);
});

test("a drill's lanes say how long who was away, and how many they were", () => {
  const svg = renderToString(<OutageTimeline {...drawnDrill(drillWith({}))} />);
  expect(svg).toContain(">2150 ms<");
  expect(svg).toContain(">never wrote again<");
  expect(svg).toContain(">10 clients<");
});

test("is one list, newest first, each with how it went", () => {
  const later = incidentWith({
    kind: "switchover",
    startedAt: "2026-03-15T00:00:00.000Z",
    outcome: "undone",
  });
  const told = episodesOf([incidentWith({}), later], [drillWith({ verdict: "broken" })]);
  expect(told.map(({ word, severity, sentence }) => [word, severity, sentence])).toEqual([
    ["switchover", "warning", "from h1 to h3, epoch 7, given up, nothing changed"],
    ["failover", "fine", "from h1 to h3, epoch 7, done in 2.60 s"],
    [
      "drill",
      "error",
      "kill-primary on a lab: broken, writes away 2.15 s of 3.00 s, 0 of 4182 acknowledged writes lost",
    ],
  ]);
  expect(new Set(told.map(({ key }) => key)).size).toBe(3);
});

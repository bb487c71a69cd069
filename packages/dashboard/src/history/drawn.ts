// What the drawings of the history are drawn from: incidents of the journal, and notes that drills
// leave. Pure.
import type { IncidentTimelineProps, MarkLane } from "../drawings/incident-timeline.tsx";
import type { OutageTimelineProps } from "../drawings/outage-timeline.tsx";
import { counted, seconds } from "../drawings/words.ts";
import type { DrillNote } from "../wire/drill-note.ts";
import type { Incident } from "../wire/events.ts";

/** What Sentinels say; everything else is done by Baton. */
const OF_SENTINELS = new Set([
  "sdown",
  "odown",
  "elected",
  "promoted",
  "announced",
  "aborted",
  "recovered",
]);
/** What comes this much later than the end (`healed`, minutes later) is in the list, not in the drawing. */
const LATER_SHARE = 1.5;
const LATER_LEAST_MS = 2000;
const MARGIN_SHARE = 0.04;

/** What of an id may stand in an id of the page. */
const idOf = (text: string): string => text.replaceAll(/[^A-Za-z0-9-]/gu, "-");

export function incidentKey({ kind, group, startedAt }: Incident): string {
  return idOf(`${kind}-${group}-${startedAt}`);
}

export const drillKey = ({ id }: DrillNote): string => idOf(`drill-${id}`);

function endOf({ steps, durationMs }: Incident): number {
  const lastMs = steps.reduce((most, { afterMs }) => Math.max(most, afterMs), 0);
  if (durationMs === null) return lastMs;
  const untilMs = durationMs + Math.max(LATER_LEAST_MS, LATER_SHARE * durationMs);
  const drawnMs = steps.map(({ afterMs }) => afterMs).filter((afterMs) => afterMs <= untilMs);
  return Math.max(durationMs, ...drawnMs);
}

export function drawnIncident(incident: Incident): IncidentTimelineProps {
  const { kind, steps, durationMs } = incident;
  const endMs = Math.max(1, endOf(incident));
  const range = { fromMs: -MARGIN_SHARE * endMs, toMs: endMs * (1 + MARGIN_SHARE) };
  const marks = steps.map(({ name, afterMs }) => ({ atMs: afterMs, event: name, who: "" }));
  const lane = (label: string, isOwn: (event: string) => boolean): MarkLane[] => {
    const own = marks.filter(({ event }) => isOwn(event));
    return own.length === 0 ? [] : [{ label, marks: own }];
  };
  const lanes = [
    ...lane("Sentinels", (event) => OF_SENTINELS.has(event)),
    ...lane("Baton", (event) => !OF_SENTINELS.has(event)),
  ];
  return {
    id: incidentKey(incident),
    title: `Steps of the ${kind}`,
    range,
    doneAtMs: durationMs,
    lanes,
  };
}

/** Before the fault as much as a reader needs to see that writes flowed. */
const BEFORE_SHARE = 0.15;
const BEFORE_LEAST_MS = 500;

function drillEnd({ marks, lanes, objectiveMs, cureAtMs }: DrillNote): number {
  const away = lanes.map(({ awayToMs }) => awayToMs ?? 0);
  return Math.max(1, objectiveMs, cureAtMs ?? 0, ...away, ...marks.map(({ atMs }) => atMs));
}

export function drawnDrill(note: DrillNote): OutageTimelineProps {
  const endMs = drillEnd(note) * (1 + MARGIN_SHARE);
  const range = { fromMs: -Math.max(BEFORE_LEAST_MS, BEFORE_SHARE * endMs), toMs: endMs };
  const lanes = note.lanes.map(({ label, awayFromMs, awayToMs, count }) => ({
    id: label,
    outageMs: awayToMs,
    awayFromMs,
    acknowledgedAtMs: [],
    lostAtMs: [],
    unknown: 0,
    flowing: [
      { fromMs: range.fromMs, toMs: awayFromMs },
      ...(awayToMs === null ? [] : [{ fromMs: awayToMs, toMs: range.toMs }]),
    ],
    figure: counted(count, "client"),
  }));
  const figure = note.rtoMs === null ? "never wrote again" : `worst ${seconds(note.rtoMs)}`;
  return {
    id: drillKey(note),
    range,
    cureAtMs: note.cureAtMs,
    objectiveMs: note.objectiveMs,
    marks: note.marks,
    groups: [{ label: "clients", figure, lanes }],
  };
}

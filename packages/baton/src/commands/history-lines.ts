// Incidents for people: one heading each, and below it the timeline.
import type { SeenIncident } from "../journal/history.ts";
import { columnsOf } from "../status/columns.ts";

const spoken = (ms: number): string => (ms < 10_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);

function ending({ outcome, durationMs }: SeenIncident): string {
  if (outcome === "undone") return "given up";
  return durationMs === null ? "not over" : `took ${spoken(durationMs)}`;
}

function subject({ kind, from, to, epoch }: SeenIncident): string {
  const source = from === null ? "" : ` from ${from}`;
  const aim = to === null ? "" : ` to ${to}`;
  if (kind === "fence") return `fence${from === null ? "" : ` of ${from}`}`;
  return `${kind}${source}${aim}${epoch === null ? "" : `, epoch ${epoch}`}`;
}

function linesOf(incident: SeenIncident): readonly string[] {
  const { group, startedAt, steps, seenBy } = incident;
  const times = steps.map(({ afterMs }) => `+${afterMs} ms`);
  const width = Math.max(0, ...times.map(({ length }) => length));
  const rows = steps.map(({ name, sentence }, index) => [
    `  ${(times[index] ?? "").padStart(width)}`,
    name,
    sentence,
  ]);
  const heading = `${startedAt}  ${group}: ${subject(incident)}, ${ending(incident)}`;
  return [`${heading}  (told by ${seenBy.join(", ")})`, ...columnsOf(rows)];
}

/** Oldest first, an empty line between two. */
export function historyLines(incidents: readonly SeenIncident[]): readonly string[] {
  return incidents.flatMap((incident, index) => [...(index === 0 ? [] : [""]), ...linesOf(incident)]);
}

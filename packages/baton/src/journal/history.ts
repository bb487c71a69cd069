// Incidents of one journal on disk, of several agents together, and since some moment.
import type { Incident, Step } from "./incidents.ts";
import { openIncidents } from "./incidents.ts";
import { readJournal } from "./read.ts";

/** An incident and the agents that tell of it. */
export interface SeenIncident extends Incident {
  readonly seenBy: readonly string[];
}

/** @throws BatonError DISK; the signal's reason. */
export async function incidentsIn(path: string, signal?: AbortSignal): Promise<readonly Incident[]> {
  const incidents = openIncidents();
  for await (const entry of readJournal(path, signal)) incidents.add(entry);
  return incidents.list();
}

/** Agents see the same thing within so short a time, clocks of different machines included. */
const SAME_MS = 10_000;

function isSame(one: Incident, other: Incident): boolean {
  if (one.group !== other.group || (one.kind === "fence") !== (other.kind === "fence")) return false;
  if (one.kind !== "fence" && one.epoch !== null && other.epoch !== null) {
    return one.epoch === other.epoch;
  }
  // Without an epoch: one that came to nothing, or of which an agent saw only the beginning.
  const isNear = Math.abs(Date.parse(one.startedAt) - Date.parse(other.startedAt)) <= SAME_MS;
  return isNear && (one.from === null || other.from === null || one.from === other.from);
}

const OUTCOMES = ["done", "undone", "open"] as const;

function joined(one: SeenIncident, other: SeenIncident): SeenIncident {
  const earliest = new Map<string, Step>();
  for (const step of [...one.steps, ...other.steps]) {
    const known = earliest.get(step.name);
    if (known === undefined || step.at < known.at) earliest.set(step.name, step);
  }
  const startedAt = one.startedAt < other.startedAt ? one.startedAt : other.startedAt;
  const startMs = Date.parse(startedAt);
  const doneMs = [one, other].flatMap((incident) =>
    incident.durationMs === null ? [] : [Date.parse(incident.startedAt) + incident.durationMs],
  );
  const steps = [...earliest.values()]
    .map((step) => ({ ...step, afterMs: Date.parse(step.at) - startMs }))
    .sort((a, b) => a.afterMs - b.afterMs);
  return {
    kind: one.kind === "switchover" ? "switchover" : other.kind,
    group: one.group,
    epoch: one.epoch ?? other.epoch,
    from: one.from ?? other.from,
    to: one.to ?? other.to,
    outcome: OUTCOMES.find((kind) => kind === one.outcome || kind === other.outcome) ?? "open",
    startedAt,
    durationMs: doneMs.length === 0 ? null : Math.min(...doneMs) - startMs,
    steps,
    seenBy: [...new Set([...one.seenBy, ...other.seenBy])].sort(),
  };
}

/**
 * One list of what several agents have seen: the same failover is one incident, every step with its
 * earliest time. Times are of the wall clocks of the agents' hosts, and as good as these agree.
 */
export function mergeIncidents(
  seen: readonly { readonly agent: string; readonly incidents: readonly Incident[] }[],
): readonly SeenIncident[] {
  const merged: SeenIncident[] = [];
  for (const { agent, incidents } of seen) {
    // An agent's own incidents are different ones, however near to each other.
    const before = merged.length;
    const taken = new Set<number>();
    for (const incident of incidents) {
      const one = { ...incident, seenBy: [agent] };
      const index = merged.findIndex((other, at) => at < before && !taken.has(at) && isSame(other, one));
      const known = merged[index];
      if (known === undefined) merged.push(one);
      else {
        merged[index] = joined(known, one);
        taken.add(index);
      }
    }
  }
  return merged.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

const SINCE_PATTERN = /^(\d{1,9})(ms|s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
export const SINCE_EXPECTED =
  "a time such as 2026-01-31T12:00:00Z, or a duration such as 90s, 15m, 2h or 7d";

/** @returns milliseconds since 1970, or undefined when the text is neither a time nor a duration. */
export function parseSince(text: string, nowMs: number): number | undefined {
  const [, count, unit] = SINCE_PATTERN.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

export interface Wanted {
  readonly group: string | undefined;
  /** Milliseconds since 1970: incidents that began at that time or later. */
  readonly sinceMs: number | undefined;
}

export const isWanted = (incident: Incident, { group, sinceMs }: Wanted): boolean =>
  (group === undefined || incident.group === group) &&
  (sinceMs === undefined || Date.parse(incident.startedAt) >= sinceMs);

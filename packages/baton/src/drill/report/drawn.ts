// What the drawings of a drill are drawn from: the evidence, sorted by client and cut to the time that
// matters.
import type {
  Call,
  LatencyBand,
  LatencyBandsProps,
  LatencyChartProps,
  OutageTimelineProps,
  TimeRange,
} from "redis-baton-dashboard/drawings";
import type { DrillEvidence, LedgerEntry, TimelineEntry } from "../types.ts";
import { byKind, kindFigure, type KindResult, printable } from "./words.ts";

/**
 * Of the quiet time before the fault, this share of the time after it is shown, and at least a second.
 */
const BEFORE_SHARE = 0.2;
const BEFORE_LEAST_MS = 1000;
const NAME_MAX = 80;

interface Drawn {
  readonly timeline: OutageTimelineProps;
  readonly latency: LatencyChartProps;
  readonly bands: LatencyBandsProps;
}

export function drawn(evidence: DrillEvidence): Drawn {
  const { result, ledger } = evidence;
  const kinds = byKind(result);
  const range = shownRange(result.timeline, ledger);
  // Where nothing was broken there is nothing to shade: such a fault is over when it begins.
  const uncured = result.rto.measures === "outage" ? null : 0;
  const cureAtMs = result.timeline.find(({ event }) => event === "cure")?.atMs ?? uncured;
  const common = { range, cureAtMs, objectiveMs: result.rto.objectiveMs };
  const entries = byClient(ledger);
  return {
    timeline: {
      ...common,
      id: "outage",
      // The first write of a client is the end of its red gap; a label for each would say it twice.
      marks: result.timeline
        .filter(({ event }) => event !== "first-write")
        .map((entry) => ({ ...entry, event: printable(entry.event, NAME_MAX) })),
      groups: kinds.map((kind) => group(kind, entries, evidence)),
    },
    latency: {
      ...common,
      id: "latency",
      series: kinds.map(({ label, clients }) => ({
        label,
        calls: clients.flatMap(({ id }) =>
          (entries.get(id) ?? []).map((entry) => call(entry, evidence, range.toMs)),
        ),
      })),
    },
    bands: {
      id: "bands",
      groups: kinds.map(({ label, clients }) => ({
        label,
        lanes: clients.map(({ id }) => lane(printable(id, NAME_MAX), entries.get(id) ?? [])),
      })),
    },
  };
}

/** A call that was held belongs to the time of its answer, not to the quiet time that it was sent in. */
function lane(id: string, entries: readonly LedgerEntry[]) {
  const isBefore = ({ settledAtMs }: LedgerEntry) => settledAtMs !== undefined && settledAtMs < 0;
  const before = entries.filter(isBefore);
  const after = entries.filter((entry) => !isBefore(entry));
  return { id, before: bandOf(before), after: bandOf(after) };
}

/** Refusals are left out: they come quickly, and would flatter. */
function bandOf(entries: readonly LedgerEntry[]): LatencyBand | null {
  const tookMs = entries
    .flatMap(({ sentAtMs, settledAtMs, outcome }) =>
      outcome.kind === "acknowledged" && settledAtMs !== undefined
        ? [Math.max(0, settledAtMs - sentAtMs)]
        : [],
    )
    .sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.ceil(share * tookMs.length) - 1] ?? 0;
  if (tookMs.length === 0) return null;
  return { medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
}

function byClient(ledger: readonly LedgerEntry[]): ReadonlyMap<string, readonly LedgerEntry[]> {
  const entries = new Map<string, LedgerEntry[]>();
  for (const entry of ledger) {
    const there = entries.get(entry.client);
    if (there === undefined) entries.set(entry.client, [entry]);
    else there.push(entry);
  }
  return entries;
}

function group(
  kind: KindResult,
  entries: ReadonlyMap<string, readonly LedgerEntry[]>,
  { result, lost }: DrillEvidence,
) {
  const figure = kindFigure(result, kind);
  const lanes = kind.clients.map(({ id, outageMs, unknown }) => {
    const settled = (entries.get(id) ?? []).flatMap(({ id: write, settledAtMs, outcome }) =>
      outcome.kind === "acknowledged" && settledAtMs !== undefined ? [{ write, settledAtMs }] : [],
    );
    const isLost = ({ write }: { readonly write: number }) => lost.get(id)?.has(write) === true;
    return {
      id: printable(id, NAME_MAX),
      outageMs,
      unknown,
      acknowledgedAtMs: settled.filter((one) => !isLost(one)).map(({ settledAtMs }) => settledAtMs),
      lostAtMs: settled.filter(isLost).map(({ settledAtMs }) => settledAtMs),
    };
  });
  return { label: kind.label, figure, lanes };
}

function call(entry: LedgerEntry, { lost }: DrillEvidence, endMs: number): Call {
  const latencyMs = Math.max(0, (entry.settledAtMs ?? endMs) - entry.sentAtMs);
  const isLost = lost.get(entry.client)?.has(entry.id) === true;
  return { sentAtMs: entry.sentAtMs, latencyMs, outcome: isLost ? "lost" : entry.outcome.kind };
}

/** From a little before the fault to the last thing that happened. */
function shownRange(timeline: readonly TimelineEntry[], ledger: readonly LedgerEntry[]): TimeRange {
  let firstMs = 0;
  let lastMs = 1;
  for (const { atMs } of timeline) lastMs = Math.max(lastMs, atMs);
  for (const { sentAtMs, settledAtMs } of ledger) {
    firstMs = Math.min(firstMs, sentAtMs);
    lastMs = Math.max(lastMs, settledAtMs ?? sentAtMs);
  }
  const before = Math.max(BEFORE_LEAST_MS, BEFORE_SHARE * lastMs);
  return { fromMs: Math.max(firstMs, -before), toMs: lastMs };
}

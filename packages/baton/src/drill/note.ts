// How a drill ended, short enough to be kept in the group's own Redis, and enough to draw it again. Pure.
import {
  DRILL_LANES_MAX,
  DRILL_MARKS_MAX,
  DRILL_NOTE_BYTES_MAX,
  type DrillLane,
  type DrillMark,
  type DrillNote,
} from "../cluster/drill-note.ts";
import { longestGap } from "./measures/gap.ts";
import { awayMs, byKind, type KindResult, printable, VERDICTS } from "./report/words.ts";
import type { ClientResult, DrillEvidence, DrillResult, TimelineEntry } from "./types.ts";

const NAME_MAX = 40;
const SENTENCE_MAX = 300;

/** Without these the rest cannot be understood; the first writes of clients stand in their lanes. */
const NEEDED = new Set(["fault", "ended", "cure", "whole"]);

function marksOf(timeline: readonly TimelineEntry[]): readonly DrillMark[] {
  const all = timeline.filter(({ event }) => event !== "first-write");
  const needed = all.filter(({ event }) => NEEDED.has(event)).slice(0, DRILL_MARKS_MAX);
  const others = all.filter(({ event }) => !NEEDED.has(event));
  const room = DRILL_MARKS_MAX - needed.length;
  return [...needed, ...others.slice(0, room)]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, event, who }) => ({
      atMs,
      event: printable(event, NAME_MAX),
      who: printable(who, NAME_MAX),
    }));
}

/** The one that was without writes the longest; one that never wrote again before all others. */
function worstOf(result: DrillResult, clients: readonly ClientResult[]): ClientResult | undefined {
  const away = (client: ClientResult) => awayMs(result, client) ?? Number.POSITIVE_INFINITY;
  return clients.toSorted((a, b) => away(b) - away(a))[0];
}

function laneOf({ result, ledger, lost }: DrillEvidence, kind: KindResult): DrillLane {
  const about = { label: printable(kind.label, NAME_MAX), count: kind.clients.length };
  const worst = worstOf(result, kind.clients);
  const own = ledger.filter(({ client }) => client === worst?.id);
  const gap = longestGap(own, lost.get(worst?.id ?? "") ?? new Set());
  if (result.rto.measures === "outage" || gap === null)
    return { ...about, awayFromMs: 0, awayToMs: kind.worstMs };
  return { ...about, awayFromMs: Math.round(gap.fromMs), awayToMs: Math.round(gap.toMs) };
}

/** Of the marks the last ones go first: long names in other scripts are the only way to get there. */
function bounded(note: DrillNote): DrillNote {
  const isShort = Buffer.byteLength(JSON.stringify(note)) <= DRILL_NOTE_BYTES_MAX;
  return isShort || note.marks.length === 0
    ? note
    : bounded({ ...note, marks: note.marks.slice(0, -1) });
}

/** @param id never used before. */
export function drillNote(evidence: DrillEvidence, id: string): DrillNote {
  const { result } = evidence;
  const { rto, rpo, verdict, reasons, timeline, cluster } = result;
  // As in the report: where nothing was broken, it is over when it begins.
  const uncured = rto.measures === "outage" ? null : 0;
  return bounded({
    id,
    fault: printable(result.fault, NAME_MAX),
    place: cluster.place ?? "lab",
    at: result.startedAt,
    verdict,
    rtoMs: rto.measuredMs,
    objectiveMs: rto.objectiveMs,
    lost: rpo.lost,
    acknowledged: rpo.acknowledged,
    sentence: printable(reasons[0] ?? VERDICTS[verdict], SENTENCE_MAX),
    cureAtMs: timeline.find(({ event }) => event === "cure")?.atMs ?? uncured,
    marks: marksOf(timeline),
    lanes: byKind(result)
      .slice(0, DRILL_LANES_MAX)
      .map((kind) => laneOf(evidence, kind)),
  });
}

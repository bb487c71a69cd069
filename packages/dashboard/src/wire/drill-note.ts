// What a drill leaves behind in the group's own Redis: its verdict, its figures, and enough to draw it.
import { Fields } from "./fields.ts";

interface NoteMark {
  readonly atMs: number;
  readonly event: string;
  readonly who: string;
}

/** Clients of one kind, and how long they could not write. */
interface NoteLane {
  readonly label: string;
  readonly awayFromMs: number;
  /** null: they never wrote again. */
  readonly awayToMs: number | null;
  readonly count: number;
}

export interface DrillNote {
  readonly id: string;
  readonly fault: string;
  readonly place: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly verdict: string;
  readonly rtoMs: number | null;
  readonly objectiveMs: number;
  readonly lost: number;
  readonly acknowledged: number;
  readonly sentence: string;
  /** Milliseconds after the fault; null when it was not cured. */
  readonly cureAtMs: number | null;
  readonly marks: readonly NoteMark[];
  readonly lanes: readonly NoteLane[];
}

const MARKS_MAX = 64;
const LANES_MAX = 24;

function mark(value: unknown, where: string): NoteMark {
  const fields = new Fields(value, where);
  return { atMs: fields.number("atMs"), event: fields.text("event"), who: fields.text("who") };
}

function lane(value: unknown, where: string): NoteLane {
  const fields = new Fields(value, where);
  return {
    label: fields.text("label"),
    awayFromMs: fields.number("awayFromMs"),
    awayToMs: fields.numberOr("awayToMs"),
    count: fields.number("count"),
  };
}

/** @throws Error that names the first field that is not as expected. */
export function drillNote(value: unknown, where: string): DrillNote {
  const fields = new Fields(value, where);
  return {
    id: fields.text("id"),
    fault: fields.text("fault"),
    place: fields.textOr("place") ?? "",
    at: fields.text("at"),
    verdict: fields.text("verdict"),
    rtoMs: fields.numberOr("rtoMs"),
    objectiveMs: fields.numberOr("objectiveMs") ?? 0,
    lost: fields.numberOr("lost") ?? 0,
    acknowledged: fields.numberOr("acknowledged") ?? 0,
    sentence: fields.textOr("sentence") ?? "",
    cureAtMs: fields.numberOr("cureAtMs"),
    marks: fields.listOr("marks", mark, MARKS_MAX),
    lanes: fields.listOr("lanes", lane, LANES_MAX),
  };
}

// What a drill writes into the group's own Redis: the word that one is under way, and how it ended. Pure.
import { z } from "zod";

/** A drill under way on the group's hosts, or in its lab. */
export interface RunningDrill {
  /** Id of the fault. */
  readonly fault: string;
  /** The machine that runs it. */
  readonly by: string;
  /** ISO 8601, UTC: when it took the group. Tells it from the next one. */
  readonly since: string;
  /** ISO 8601, UTC: when the word of it ends by itself. It is renewed while the drill lives. */
  readonly until: string;
}

/** Something that happened, in milliseconds after the fault. */
export interface DrillMark {
  readonly atMs: number;
  /** fault, +odown, promoted, route, cure, whole, ... */
  readonly event: string;
  /** Process that said or did it. */
  readonly who: string;
}

/** Clients of one kind, and how long the worst of them was without writes. */
export interface DrillLane {
  /** "through the router", "ioredis with Sentinel", ... */
  readonly label: string;
  /** Milliseconds after the fault; a client whose primary lived on may be away later, or a little before. */
  readonly awayFromMs: number;
  /** null: one of them never wrote again. */
  readonly awayToMs: number | null;
  /** Clients of this kind; at least 1. */
  readonly count: number;
}

/** How a drill ended, short enough to be kept: at most 8192 bytes as JSON. */
export interface DrillNote {
  /** Never used again. */
  readonly id: string;
  readonly fault: string;
  readonly place: "lab" | "hosts";
  /** ISO 8601, UTC: the moment of the fault. */
  readonly at: string;
  readonly verdict: "held" | "broken" | "unknown";
  /** null when a client on the router never wrote again. */
  readonly rtoMs: number | null;
  readonly objectiveMs: number;
  /** Acknowledged writes that were not there afterwards. */
  readonly lost: number;
  readonly acknowledged: number;
  /** What became of the promise that came out worst. */
  readonly sentence: string;
  /** Milliseconds after the fault; null when it was still there at the end. */
  readonly cureAtMs: number | null;
  /** In the order of time; at most 24. */
  readonly marks: readonly DrillMark[];
  /** At most 12. */
  readonly lanes: readonly DrillLane[];
}

/** So many notes a group keeps, and for so long. */
export const DRILL_NOTES_MAX = 20;
export const DRILL_NOTES_LIFE_SECONDS = 400 * 86_400;
export const DRILL_NOTE_BYTES_MAX = 8_192;
export const DRILL_MARKS_MAX = 24;
export const DRILL_LANES_MAX = 12;

/** Applications can write there, too: what could drive a terminal is taken out. */
const text = (charactersMax: number) =>
  z
    .string()
    .max(charactersMax)
    .transform((value) => value.replaceAll(/\p{Cc}/gu, " "));

export const runningDrillShape: z.ZodType<RunningDrill> = z.object({
  fault: text(80),
  by: text(200),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
});

const noteShape: z.ZodType<DrillNote> = z.object({
  id: text(80),
  fault: text(80),
  place: z.enum(["lab", "hosts"]),
  at: z.iso.datetime(),
  verdict: z.enum(["held", "broken", "unknown"]),
  rtoMs: z.number().nullable(),
  objectiveMs: z.number(),
  lost: z.int().min(0),
  acknowledged: z.int().min(0),
  sentence: text(600),
  cureAtMs: z.number().nullable(),
  marks: z.array(z.object({ atMs: z.number(), event: text(80), who: text(80) })).max(DRILL_MARKS_MAX),
  lanes: z
    .array(
      z.object({
        label: text(80),
        awayFromMs: z.number(),
        awayToMs: z.number().nullable(),
        count: z.int().min(1),
      }),
    )
    .max(DRILL_LANES_MAX),
});

/** @returns undefined for what no drill of ours has written. */
export function drillNoteFrom(reply: unknown): DrillNote | undefined {
  if (typeof reply !== "string" || reply.length > DRILL_NOTE_BYTES_MAX) return undefined;
  try {
    return noteShape.safeParse(JSON.parse(reply)).data;
  } catch {
    return undefined;
  }
}

// What agents know of each other's sending: the record of what was sent, a claim of who is about to, and the
// messages by which they tell each other while no node takes writes.
import { z } from "zod";
import { NOTICE_WORD } from "../cluster/shared-keys.ts";
import type { Reference } from "./channel.ts";
import type { Notice } from "./notice.ts";

/** What was sent of one notice by one channel. */
export interface NoticeRecord {
  /** Never used for another notice: messages that belong together have the same. */
  readonly thread: string;
  /** How many messages were sent. */
  readonly sent: number;
  /** The host whose agent sends what comes next, as long as it lives. */
  readonly by: string;
  /** Counts up while that agent lives. */
  readonly beat: number;
  /** `left-out`: too many at once; nobody sends it. */
  readonly state: "open" | "closed" | "left-out";
  readonly gist: string;
  readonly notice: Notice;
  readonly reference?: Reference | undefined;
}

export interface NoticeClaim {
  readonly by: string;
  readonly thread: string;
  /** Tells one claim of an agent from the next. */
  readonly token: string;
}

const text = (charactersMax: number) => z.string().max(charactersMax);

const notice = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,120}$/),
  group: text(64),
  kind: z.enum(["failover", "switchover", "fence", "problem", "drill"]),
  severity: z.enum(["info", "warning", "error"]),
  state: z.enum(["open", "update", "closed"]),
  title: text(200),
  lines: z.array(text(240)).max(14).readonly(),
  startedAt: text(40),
  endedAt: text(40).nullable(),
});

const record = z.object({
  thread: text(60),
  sent: z.int().min(0),
  by: text(64),
  beat: z.int().min(0),
  state: z.enum(["open", "closed", "left-out"]),
  gist: text(1_000),
  notice,
  reference: z.record(text(40), text(400)).optional(),
});

const claim = z.object({ by: text(64), thread: text(60), token: text(60) });

/** 14 lines of four bytes a character at the most, and the rest. */
const CHARACTERS_MAX = 20_000;
export const GIST_CHARACTERS_MAX = 1_000;

function read<T>(shape: z.ZodType<T>, reply: unknown): T | undefined {
  if (typeof reply !== "string" || reply.length > CHARACTERS_MAX) return undefined;
  try {
    return shape.safeParse(JSON.parse(reply)).data;
  } catch {
    return undefined;
  }
}

/** Applications can write there too: what is not ours is as good as not there. */
export const recordIn = (reply: unknown): NoticeRecord | undefined => read(record, reply);
export const claimIn = (reply: unknown): NoticeClaim | undefined => read(claim, reply);

/** Many records at once, as they lie on disk. @throws z.ZodError */
export const recordsShape = z.record(z.string().max(300), record);

const heard = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("claim"),
    channel: text(40),
    group: text(64),
    id: text(120),
    by: text(64),
    thread: text(60),
    rank: z.int().min(-1),
  }),
  z.object({ kind: z.literal("sent"), channel: text(40), group: text(64), id: text(120), record }),
  z.object({
    kind: z.literal("dropped"),
    channel: text(40),
    group: text(64),
    id: text(120),
    by: text(64),
  }),
]);

/** What one agent says to all others. `dropped`: it has claimed, and could not send. */
export type Told = z.output<typeof heard>;

export const toldText = (told: Told): string => `${NOTICE_WORD}${JSON.stringify(told)}`;

/** @returns undefined for what is no such message. */
export function toldIn(message: string): Told | undefined {
  return message.startsWith(NOTICE_WORD) ? read(heard, message.slice(NOTICE_WORD.length)) : undefined;
}

// What one agent has to do about one notice on one channel: nothing, wait, or send. Pure, and level-
// triggered: from how the notice stands, and from what is known to have been sent, never from what has just
// happened.
import type { ChannelPlan, Severity } from "../cluster/types.ts";
import type { Message } from "./channel.ts";
import type { Episode } from "./episodes.ts";
import { isAtLeast } from "./notice.ts";
import type { NoticeRecord } from "./record.ts";

/** With a primary that takes writes a claim decides; the turns only keep agents from asking all at once. */
const TURN_MS = 300;
/** Without one the turns decide: the next agent has to have heard of a claim of the one before by then. */
const ALONE_TURN_MS = 2_000;
/** An agent says that it lives so often, while a notice of its is open. */
export const BEAT_MS = 10_000;
/** Who has said nothing for that long sends no more: the next one goes on. */
const STALE_MS = 25_000;
/** What is new waits for more of it, and for that long since the last message of the notice. */
const UPDATE_SETTLE_MS = 3_000;
const UPDATE_EVERY_MS = 30_000;
/** After so many messages of one notice there is only its end. */
const MESSAGES_MAX = 20;
/** A notice that was closed and is back within this time is the same one. */
export const AGAIN_MS = 600_000;

type As = Message["as"];

export type Step =
  | { readonly kind: "nothing" }
  /** Look again then. Monotonic milliseconds. */
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "send"; readonly as: As };

/** What this agent knows of what was sent. */
export interface Known {
  readonly record: NoticeRecord;
  /** When it last was another one than before, the beat included. Monotonic milliseconds. */
  readonly changedMs: number;
  /** When the last message was sent, as far as this agent has seen. */
  readonly sentMs: number;
}

export interface NextInput {
  readonly plan: Pick<ChannelPlan, "severityMin" | "settleMs" | "drills" | "groups">;
  readonly episode: Episode;
  /** Somebody works on the group. */
  readonly isHeld: boolean;
  readonly known: Known | undefined;
  readonly self: string;
  /** 0 goes first. */
  readonly rank: number;
  /** Since when no node takes writes, so that nobody can claim; undefined: one does. */
  readonly aloneSinceMs: number | undefined;
  /** Whether what was sent can be brought up to date. */
  readonly updates: boolean;
  readonly renewEveryMs: number | undefined;
  /** Since when this agent sees what the record does not say; undefined when it says all. */
  readonly newSinceMs: number | undefined;
  readonly nowMs: number;
}

const NOTHING: Step = { kind: "nothing" };
const ONE_SHOTS = new Set<string>(["fence", "switchover"]);
/** The end of a one-shot waits so long, for a drill to be known that has made it. */
const ONCE_AFTER_MS = 1_000;

/** Whether the channel wants to know of it at all. */
function isWanted({ groups, severityMin, drills }: NextInput["plan"], { notice }: Episode): boolean {
  const isGroup = groups === undefined || notice.group === "" || groups.includes(notice.group);
  if (notice.kind === "drill") return drills && isGroup;
  return isGroup && isAtLeast(notice.severity, severityMin);
}

const isWorse = (one: Severity, other: Severity): boolean => one !== other && isAtLeast(one, other);

/** When it may be opened; undefined: never. */
function opensFromMs({ plan, episode, isHeld }: NextInput): number | undefined {
  const { notice, openFromMs, sinceMs, endedMs } = episode;
  if (!isWanted(plan, episode)) return undefined;
  if (isHeld && notice.kind !== "drill") return undefined;
  if (endedMs !== undefined)
    return ONE_SHOTS.has(notice.kind) ? Math.min(openFromMs, endedMs + ONCE_AFTER_MS) : undefined;
  if (notice.kind !== "problem") return openFromMs;
  // It is gone, and will be over unless it comes back.
  if (episode.clearSinceMs !== undefined) return undefined;
  return Math.max(openFromMs, sinceMs + plan.settleMs);
}

function at(fromMs: number, nowMs: number, as: As): Step {
  return nowMs >= fromMs ? { kind: "send", as } : { kind: "wait", untilMs: fromMs };
}

/** Nothing was sent, or it was closed: whose turn it is sends. */
function opening(input: NextInput): Step {
  const { episode, rank, aloneSinceMs, nowMs } = input;
  const opensMs = opensFromMs(input);
  if (opensMs === undefined) return NOTHING;
  const fromMs =
    aloneSinceMs === undefined
      ? opensMs + rank * TURN_MS
      : Math.max(opensMs, aloneSinceMs) + rank * ALONE_TURN_MS;
  return at(fromMs, nowMs, episode.endedMs === undefined ? "open" : "once");
}

/** It is open over there, and this agent's word is the one that counts. */
function going(input: NextInput, { record, sentMs }: Known, fromMs: number): Step {
  const { episode, isHeld, newSinceMs, updates, renewEveryMs, nowMs } = input;
  const { notice } = episode;
  if (episode.endedMs !== undefined) return at(fromMs, nowMs, "close");
  if (isHeld && notice.kind !== "drill") return NOTHING;
  const renewsMs = renewEveryMs === undefined ? Infinity : sentMs + renewEveryMs;
  const renewing: Step =
    renewsMs === Infinity ? NOTHING : at(Math.max(fromMs, renewsMs), nowMs, "renew");
  if (newSinceMs === undefined || record.sent >= MESSAGES_MAX) return renewing;
  const settledMs = Math.max(fromMs, newSinceMs + UPDATE_SETTLE_MS);
  if (isWorse(notice.severity, record.notice.severity)) return at(settledMs, nowMs, "update");
  if (!updates) return renewing;
  const step = at(Math.max(settledMs, sentMs + UPDATE_EVERY_MS), nowMs, "update");
  return step.kind === "wait" && renewing.kind === "send" ? renewing : step;
}

export function nextStep(input: NextInput): Step {
  const { known, self, rank, nowMs, episode } = input;
  if (known === undefined) return opening(input);
  const { record, changedMs } = known;
  if (record.state === "left-out") return NOTHING;
  // A one-shot that was told is told; another one has another id, or comes when this record is forgotten.
  if (record.state === "closed") {
    if (ONE_SHOTS.has(episode.notice.kind)) return NOTHING;
    // Its end was seen and sent by somebody else a moment before this agent sees it.
    const isBack = episode.endedMs === undefined && nowMs - changedMs >= STALE_MS;
    return isBack ? opening(input) : waitFor(episode, changedMs + STALE_MS, nowMs);
  }
  const isMine = record.by === self;
  const fromMs = isMine ? 0 : changedMs + STALE_MS + rank * ALONE_TURN_MS;
  return going(input, known, fromMs);
}

const waitFor = ({ endedMs }: Episode, untilMs: number, nowMs: number): Step =>
  endedMs === undefined && untilMs > nowMs ? { kind: "wait", untilMs } : NOTHING;

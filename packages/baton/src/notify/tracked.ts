// What a channel's courier knows of one notice: how it stands, what was sent, by whom, who is about to send.
import type { Episode } from "./episodes.ts";
import { type Known, AGAIN_MS } from "./next.ts";
import type { NoticePlace } from "./notes.ts";
import type { NoticeRecord } from "./record.ts";

/** Then a primary that took no claim is asked again. */
const REFUSED_MS = 60_000;

export interface HeardClaim {
  readonly by: string;
  readonly rank: number;
  /** Monotonic milliseconds: whoever claimed has sent by then, or is dead. */
  readonly untilMs: number;
}

/** Nothing that would make this agent do another thing. */
export const isAlike = (one: Episode, other: Episode): boolean =>
  one.gist === other.gist &&
  one.endedMs === other.endedMs &&
  (one.clearSinceMs === undefined) === (other.clearSinceMs === undefined);

export class Tracked {
  readonly place: NoticePlace;
  /** As this agent sees it; undefined while it only has heard of it. */
  episode: Episode | undefined;
  isHeld = false;
  /** Since when no node takes writes, as the turns of the loop see it. */
  aloneSinceMs: number | undefined;
  /** Since when the primary takes no claim, although it answers. */
  refusedSinceMs: number | undefined;
  /** How often in a row it did not. */
  refusals = 0;
  known: Known | undefined;
  /** Named by a claim: whoever goes on after it uses the same. */
  thread: string | undefined;
  claim: HeardClaim | undefined;
  newSinceMs: number | undefined;
  /** Nothing is done before; monotonic milliseconds. */
  dueMs = 0;
  readMs = -Infinity;
  beatMs = -Infinity;
  /** What was sent is not in Redis yet. */
  isUnwritten = false;
  /** Another message of it is open over there, too. */
  isCopied = false;
  attempts = 0;
  /** What was given up: no further attempt at the same. */
  gaveUpOn: string | undefined;
  touchedMs: number;

  constructor(place: NoticePlace, nowMs: number) {
    this.place = place;
    this.touchedMs = nowMs;
  }

  /**
   * Takes over what is known to have been sent, from Redis, another agent or this one. What is older than
   * what is known already changes nothing.
   * @returns true when another message of the same notice was sent than the one that was known: a copy
   */
  adopt(record: NoticeRecord, nowMs: number): boolean {
    const before = this.known?.record;
    if (before === undefined) {
      this.known = { record, changedMs: nowMs, sentMs: nowMs };
      return false;
    }
    const isOther = before.thread !== record.thread;
    // Two were opened. All agents keep the same one of them.
    if (isOther && before.state !== "closed" && before.thread < record.thread) return true;
    if (!isOther && record.sent < before.sent) return false;
    const isSame =
      !isOther &&
      record.sent === before.sent &&
      record.by === before.by &&
      record.beat <= before.beat &&
      record.state === before.state;
    if (isSame) return false;
    const sentMs = isOther || record.sent > before.sent ? nowMs : (this.known?.sentMs ?? nowMs);
    this.known = { record, changedMs: nowMs, sentMs };
    return isOther && before.state !== "closed";
  }

  /** Whether there is something that the record does not say, and since when. */
  compare(nowMs: number): void {
    const isNew = this.known !== undefined && this.episode?.gist !== this.known.record.gist;
    this.newSinceMs = isNew ? (this.newSinceMs ?? nowMs) : undefined;
  }

  /** A notice that was closed, or left out, long ago is another one when it comes back. */
  forget(nowMs: number): void {
    const { known, episode } = this;
    if (known === undefined || known.record.state === "open") return;
    const isGoingOn = episode !== undefined && episode.endedMs === undefined;
    if (known.record.state === "left-out" && isGoingOn) return;
    if (nowMs - known.changedMs < AGAIN_MS) return;
    this.known = undefined;
    this.thread = undefined;
  }

  /** Since when nobody can claim, so that the turns decide; undefined: a claim does. */
  aloneMs(nowMs: number): number | undefined {
    const { refusedSinceMs } = this;
    if (refusedSinceMs !== undefined && nowMs - refusedSinceMs > REFUSED_MS) {
      this.refusedSinceMs = undefined;
      this.refusals = 0;
    }
    return this.aloneSinceMs ?? this.refusedSinceMs;
  }

  heardClaim(nowMs: number, self: string): HeardClaim | undefined {
    const { claim } = this;
    return claim !== undefined && claim.by !== self && claim.untilMs > nowMs ? claim : undefined;
  }

  isMine(self: string): boolean {
    return this.known?.record.state === "open" && this.known.record.by === self;
  }

  /** Nothing is to come any more, as far as this agent knows. */
  isDone(nowMs: number): boolean {
    const isOpen = this.known?.record.state === "open" && nowMs - this.known.changedMs < 3_600_000;
    return this.episode === undefined && !isOpen && nowMs - this.touchedMs > AGAIN_MS;
  }
}

const TRACKED_MAX = 512;

/** All that one channel knows of, bounded. */
export class Shelf {
  private readonly channel: string;
  private readonly all = new Map<string, Tracked>();

  constructor(channel: string) {
    this.channel = channel;
  }

  values(): readonly Tracked[] {
    return [...this.all.values()];
  }

  /** undefined: there is no room. */
  at(group: string, id: string, nowMs: number): Tracked | undefined {
    const found = this.all.get(shelfKey(group, id));
    if (found !== undefined) return found;
    if (this.all.size >= TRACKED_MAX) return undefined;
    const fresh = new Tracked({ group, id, channel: this.channel }, nowMs);
    this.all.set(shelfKey(group, id), fresh);
    return fresh;
  }

  /** Whose turn it is next. */
  next(): Tracked | undefined {
    let first: Tracked | undefined;
    for (const one of this.all.values()) if (first === undefined || one.dueMs < first.dueMs) first = one;
    return first;
  }

  remove({ place }: Tracked): void {
    this.all.delete(shelfKey(place.group, place.id));
  }

  /** Whether it is going on, as this agent sees it. */
  isOpen(key: string): boolean {
    const episode = this.all.get(key)?.episode;
    return episode !== undefined && episode.endedMs === undefined;
  }
}

/** Groups and ids have no space. */
export const shelfKey = (group: string, id: string): string => `${group} ${id}`;

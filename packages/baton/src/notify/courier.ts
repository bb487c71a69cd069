// Brings the notices of all groups to one channel: one at a time, each when it is due, as far as the channel
// may. Whatever one channel waits for, no other one does.
import { InvariantBroken } from "../errors.ts";
import { endedEpisode } from "./adopt.ts";
import { type Bucket, LIMIT_WORDS, openBucket } from "./bucket.ts";
import type { Channel } from "./channel.ts";
import type { GroupEpisodes } from "./episodes.ts";
import { Failures, isDenied } from "./failures.ts";
import { LeftOut } from "./left-out.ts";
import { keepUp } from "./keeping.ts";
import { nextStep, type Step } from "./next.ts";
import type { CourierOptions, CourierParts } from "./parts.ts";
import type { NoticeRecord, Told } from "./record.ts";
import { claimLifeMs, isLocal, sendOnce, writeDown } from "./sending.ts";
import type { ChannelState } from "./state.ts";
import { isAlike, Shelf, shelfKey, type Tracked } from "./tracked.ts";

const IDLE_MS = 60_000;
const STEP_MS = 5;
/** Until a channel has been opened. */
const DEADLINE_MS = 10_000;

export class Courier {
  private readonly options: CourierOptions;
  private readonly parts: CourierParts;
  private readonly shelf: Shelf;
  private readonly bucket: Bucket;
  private readonly leftOut: LeftOut;
  private readonly ending = new AbortController();
  private readonly done: Promise<void>;
  private channel: Channel | undefined;
  private waking = new AbortController();
  private readonly failures: Failures;

  constructor(options: CourierOptions) {
    this.options = options;
    const { clock, host, known } = options;
    this.shelf = new Shelf(known.plan.name);
    this.bucket = openBucket(clock);
    this.leftOut = new LeftOut(host, LIMIT_WORDS);
    this.failures = new Failures(options);
    this.parts = {
      ...options,
      deadlineMs: () => this.channel?.deadlineMs ?? DEADLINE_MS,
      remember: ({ place, known }) => {
        const isOpen = known?.record.state === "open";
        options.remember(place, isOpen ? known.record : undefined);
      },
      onCopy: (tracked) => this.noteCopy(tracked),
    };
    this.done = this.run();
  }

  /** All episodes of a group as they stand, and since when nobody can claim. Returns at once. */
  offer(group: string, { episodes, isHeld }: GroupEpisodes, aloneSinceMs: number | undefined): void {
    const ids = new Set(episodes.map(({ notice }) => notice.id));
    for (const one of this.shelf.values()) {
      if (one.place.group === group && !ids.has(one.place.id)) one.episode = undefined;
    }
    const nowMs = this.options.clock.monotonicMs();
    for (const episode of episodes) {
      const one = this.trackedFor(group, episode.notice.id);
      if (one === undefined) continue;
      const isSame = one.episode !== undefined && isAlike(one.episode, episode);
      const isAsBefore = isSame && one.isHeld === isHeld && one.aloneSinceMs === aloneSinceMs;
      one.episode = episode;
      one.isHeld = isHeld;
      one.aloneSinceMs = aloneSinceMs;
      one.touchedMs = nowMs;
      if (isAsBefore) continue;
      one.dueMs = Math.min(one.dueMs, this.freeFromMs(one));
      this.waking.abort();
    }
    if (group !== "") this.offerLeftOut();
  }

  hear(told: Told): void {
    const { clock, host } = this.options;
    const nowMs = clock.monotonicMs();
    const one = this.trackedFor(told.group, told.id);
    if (one === undefined) return;
    one.touchedMs = nowMs;
    switch (told.kind) {
      case "claim": {
        // What this agent publishes comes back.
        if (told.by === host) return;
        const untilMs = nowMs + claimLifeMs(this.parts.deadlineMs());
        one.claim = { by: told.by, rank: told.rank, untilMs };
        if (one.known === undefined) one.thread = told.thread;
        return;
      }
      case "dropped":
        if (one.claim?.by === told.by) one.claim = undefined;
        break;
      case "sent":
        if (told.record.by === host) return;
        one.claim = undefined;
        one.attempts = 0;
        if (one.adopt(told.record, nowMs)) this.parts.onCopy(one);
        this.parts.remember(one);
    }
    one.dueMs = Math.min(one.dueMs, this.freeFromMs(one));
    this.waking.abort();
  }

  /** What was sent before this agent was started. */
  recall({ group, id }: Tracked["place"], record: NoticeRecord): void {
    const nowMs = this.options.clock.monotonicMs();
    const one = this.trackedFor(group, id);
    one?.adopt(record, nowMs);
    // What was left out before is not known any more.
    if (one !== undefined && isLocal(one)) one.episode = endedEpisode(record, nowMs);
  }

  state(): ChannelState {
    const { plan, kind } = this.options.known;
    const waiting = this.shelf.values().filter((one) => this.stepFor(one).kind !== "nothing").length;
    const { lastError, groups } = this.failures.state();
    return { name: plan.name, kind: kind.id, waiting, leftOut: this.leftOut.count(), lastError, groups };
  }

  async close(): Promise<void> {
    this.ending.abort(new Error("the agent ends"));
    this.waking.abort();
    await this.done;
    await this.channel?.close?.();
  }

  private freeFromMs({ attempts, dueMs }: Tracked): number {
    // A pause between two attempts is not cut short by news.
    return attempts > 0 ? dueMs : this.options.clock.monotonicMs();
  }

  private trackedFor(group: string, id: string): Tracked | undefined {
    const found = this.shelf.at(group, id, this.options.clock.monotonicMs());
    if (found === undefined) this.options.count("left-out");
    return found;
  }

  private noteCopy(one: Tracked): void {
    const { write, known, host } = this.options;
    const { place } = one;
    // All agents keep the same one; whose it is says so.
    if (one.isMine(host)) one.isUnwritten = true;
    if (one.isCopied) return;
    one.isCopied = true;
    const sentence = `channel ${known.plan.name}: the notice ${place.id} was sent twice`;
    write({ kind: "note", group: place.group, sentence, facts: { notice: place.id } });
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.ending.signal.aborted) {
      const nowMs = clock.monotonicMs();
      const next = this.shelf.next();
      if (next !== undefined && next.dueMs <= nowMs) await this.serve(next, nowMs);
      else await this.pause(Math.min(IDLE_MS, (next?.dueMs ?? Infinity) - nowMs));
    }
  }

  private async pause(ms: number): Promise<void> {
    this.waking = new AbortController();
    if (this.ending.signal.aborted) return;
    await this.options.clock.sleep(ms, this.waking.signal).catch(() => undefined);
  }

  private async serve(one: Tracked, nowMs: number): Promise<void> {
    try {
      await this.serveOnce(one, nowMs);
    } catch (error) {
      if (error instanceof InvariantBroken) throw error;
      if (this.ending.signal.aborted) return;
      one.dueMs = this.options.clock.monotonicMs() + IDLE_MS;
      this.failures.tell(one, error as Error, "it is left for a minute");
    }
    // Whatever is wrong with its time: others have theirs in between.
    one.dueMs = Math.max(one.dueMs, nowMs + STEP_MS);
  }

  private async serveOnce(one: Tracked, nowMs: number): Promise<void> {
    one.forget(nowMs);
    if (one.isDone(nowMs)) return this.shelf.remove(one);
    one.dueMs = nowMs + IDLE_MS;
    await keepUp(this.parts, one);
    const step = this.stepFor(one);
    if (step.kind === "wait") one.dueMs = Math.min(one.dueMs, step.untilMs);
    if (step.kind === "send") await this.attempt(one, step);
  }

  private stepFor(one: Tracked): Step {
    const { known, host, rank, clock } = this.options;
    const { episode, isHeld } = one;
    if (episode === undefined) return { kind: "nothing" };
    const nowMs = clock.monotonicMs();
    one.compare(nowMs);
    const step = nextStep({
      plan: known.plan,
      episode,
      isHeld,
      known: one.known,
      self: host,
      rank: isLocal(one) ? 0 : rank,
      aloneSinceMs: isLocal(one) ? undefined : one.aloneMs(nowMs),
      updates: known.kind.updates(known.settings),
      renewEveryMs: known.kind.renewEveryMs,
      newSinceMs: one.newSinceMs,
      nowMs,
    });
    if (step.kind !== "send") return step;
    if (one.gaveUpOn === `${step.as} ${episode.gist}`) return { kind: "nothing" };
    const claim = one.heardClaim(nowMs, host);
    return claim === undefined ? step : { kind: "wait", untilMs: claim.untilMs };
  }

  private async attempt(one: Tracked, { as }: Extract<Step, { kind: "send" }>): Promise<void> {
    const { clock } = this.options;
    const { notice } = one.episode ?? {};
    const isFree = as === "close" || as === "renew" || isLocal(one);
    if (!isFree && this.bucket.nextMs() > clock.monotonicMs()) return await this.overflow(one, as);
    const sent = await sendOnce(this.parts, {
      tracked: one,
      as,
      isStillDue: () => {
        const step = this.stepFor(one);
        return step.kind === "send" && step.as === as;
      },
      openChannel: () => this.opened(),
      signal: this.ending.signal,
    });
    const nowMs = clock.monotonicMs();
    switch (sent.kind) {
      case "left":
        one.dueMs = nowMs + sent.againMs;
        return;
      case "failed":
        return this.afterFailure(one, as, sent.error);
      case "sent":
        if (!isFree) this.bucket.take();
        one.attempts = 0;
        one.gaveUpOn = undefined;
        one.dueMs = nowMs;
        this.failures.forget();
        if (as !== "renew") this.tellSent(one, as, notice?.title ?? "");
    }
  }

  private tellSent({ place }: Tracked, as: string, title: string): void {
    const { count, write, known } = this.options;
    count("sent");
    const sentence = `channel ${known.plan.name}: ${as}: ${title}`;
    write({ kind: "note", group: place.group, sentence, facts: { notice: place.id, as } });
  }

  private async opened(): Promise<Channel> {
    const { known, surroundings } = this.options;
    this.channel ??= await known.kind.open(known.settings, surroundings);
    return this.channel;
  }

  private afterFailure(one: Tracked, as: string, error: Error): void {
    // Its credentials may have been replaced: they are read again by the next attempt.
    if (isDenied(error)) {
      this.channel?.close?.().catch(() => undefined);
      this.channel = undefined;
    }
    this.failures.after(one, as, error);
  }

  /** Too many at once: what would open is left out, for all agents, and counted; the rest waits. */
  private async overflow(one: Tracked, as: string): Promise<void> {
    const { host, count, notes, clock } = this.options;
    const { episode } = one;
    if (as === "update" || episode === undefined) {
      one.dueMs = this.bucket.nextMs();
      return;
    }
    const found = (await notes.read(one.place))?.record;
    if (found !== undefined && found.state !== "closed") {
      one.adopt(found, clock.monotonicMs());
      one.dueMs = clock.monotonicMs();
      return;
    }
    const { gist, notice } = episode;
    const about = { thread: one.thread ?? "", sent: 0, by: host, beat: 0, gist, notice };
    await writeDown(this.parts, one, { ...about, state: "left-out" }, undefined);
    one.dueMs = clock.monotonicMs() + IDLE_MS;
    count("left-out");
    this.leftOut.add(shelfKey(one.place.group, one.place.id), notice);
    this.offerLeftOut();
  }

  private offerLeftOut(): void {
    const { clock } = this.options;
    const isOpen = (key: string) => this.shelf.isOpen(key);
    const episodes = this.leftOut.episodes(isOpen, clock.monotonicMs(), clock.wallMs());
    if (episodes !== undefined) this.offer("", { episodes, isHeld: false, incidents: {} }, undefined);
  }
}

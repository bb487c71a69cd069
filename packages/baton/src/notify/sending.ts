// One attempt to send one message: claims it among the agents, gives it to the channel, writes down what was
// sent. What fails is given back, so that this agent or another one can try again.
import { slowness } from "../sys/clock.ts";
import type { Channel, Message, Reference } from "./channel.ts";
import { AGAIN_MS } from "./next.ts";
import type { CourierParts } from "./parts.ts";
import { GIST_CHARACTERS_MAX, type NoticeClaim, type NoticeRecord } from "./record.ts";
import type { Tracked } from "./tracked.ts";

/** After the channel's own deadline: until then a claim keeps all others from sending. */
const CLAIM_MORE_MS = 5_000;
/** Where nobody can claim: so long another agent's claim may be on its way. */
const OBJECTION_MS = 250;
/** Of a claim that Redis holds: everybody else waits. */
const FIRM_RANK = -1;
/** One answer that is late is no reason to do without claims. */
const REFUSALS_MAX = 3;
const REFUSED_PAUSE_MS = 500;
/** A record outlives its agents by a day; each sign of life renews it. */
const OPEN_LIFE_MS = 86_400_000;

export type As = Message["as"];

export type Sent =
  | { readonly kind: "sent"; readonly record: NoticeRecord }
  /** Another agent sends, or has sent; or nobody could be asked. */
  | { readonly kind: "left"; readonly againMs: number }
  | { readonly kind: "failed"; readonly error: Error };

export interface Attempt {
  readonly tracked: Tracked;
  readonly as: As;
  /** What has to be true still once it is claimed. */
  readonly isStillDue: () => boolean;
  readonly openChannel: () => Promise<Channel>;
  readonly signal: AbortSignal;
}

export const claimLifeMs = (deadlineMs: number): number => deadlineMs * slowness() + CLAIM_MORE_MS;
export const lifeOf = (record: NoticeRecord): number =>
  record.state === "open" ? OPEN_LIFE_MS : AGAIN_MS;

/** What concerns no group is nobody else's business. */
export const isLocal = ({ place }: Tracked): boolean => place.group === "";

type Claimed = { readonly kind: "mine" } | Extract<Sent, { kind: "left" }>;

const LEFT_SOON: Sent & { kind: "left" } = { kind: "left", againMs: 1_000 };

async function claimInRedis(
  parts: CourierParts,
  { tracked, isStillDue }: Attempt,
  claim: NoticeClaim,
  lifeMs: number,
): Promise<Claimed> {
  const { notes, clock } = parts;
  const standing = await notes.claim(tracked.place, claim, lifeMs);
  const nowMs = clock.monotonicMs();
  if (standing === undefined) {
    tracked.refusals += 1;
    // It answers, and takes no claim: from now on the turns decide, as without a primary.
    if (tracked.refusals >= REFUSALS_MAX) tracked.refusedSinceMs ??= nowMs;
    return { kind: "left", againMs: REFUSED_PAUSE_MS };
  }
  tracked.refusals = 0;
  if (standing.record !== undefined && tracked.adopt(standing.record, nowMs)) parts.onCopy(tracked);
  if (standing.claim?.token !== claim.token) {
    tracked.thread ??= standing.claim?.thread;
    return LEFT_SOON;
  }
  if (!isStillDue()) {
    await notes.release(tracked.place, claim);
    return { kind: "left", againMs: 0 };
  }
  // For agents that know of no primary yet, whatever their turn is.
  const { place: told } = tracked;
  parts.tell({ kind: "claim", ...told, by: parts.host, thread: claim.thread, rank: FIRM_RANK });
  return { kind: "mine" };
}

/** The next in turn waits for those before it; two whose claims have crossed see it here. */
async function claimAloud(
  parts: CourierParts,
  { tracked, isStillDue, signal }: Attempt,
  { thread }: NoticeClaim,
): Promise<Claimed> {
  const { clock, rank, host } = parts;
  parts.tell({ kind: "claim", ...tracked.place, by: host, thread, rank });
  const yielded = () => parts.tell({ kind: "dropped", ...tracked.place, by: host });
  await clock.sleep(OBJECTION_MS, signal);
  const heard = tracked.heardClaim(clock.monotonicMs(), host);
  const isOther = heard !== undefined && heard.rank < rank;
  if (!isOther && isStillDue()) return { kind: "mine" };
  yielded();
  return isOther ? LEFT_SOON : { kind: "left", againMs: 0 };
}

function messageOf({ tracked, as }: Attempt, thread: string): Message | undefined {
  const { episode, known } = tracked;
  if (episode === undefined) return undefined;
  const state = { open: "open", update: "update", renew: "update" } as const;
  const notice =
    as === "close" || as === "once"
      ? episode.notice
      : { ...episode.notice, state: state[as], endedAt: null };
  const { sent = 0, reference } = known?.record ?? {};
  return { notice, as, thread, number: sent, reference };
}

interface Given {
  readonly message: Message;
  readonly gist: string;
  readonly reference: Reference | undefined;
  /** Of the last record: it never goes back, or this agent would seem dead. */
  readonly beat: number;
}

function recordAfter({ host }: CourierParts, { message, gist, reference, beat }: Given): NoticeRecord {
  const { notice, as, thread, number, reference: before } = message;
  const state = as === "close" || as === "once" ? "closed" : "open";
  const kept = reference ?? before;
  const named = kept === undefined ? {} : { reference: kept };
  // The same message told again is none more.
  const sent = as === "renew" ? number : number + 1;
  return { thread, sent, by: host, beat: beat + 1, state, gist, notice, ...named };
}

/** Given to the channel within its deadline, by the courier's clock. */
async function give(
  parts: CourierParts,
  { openChannel, signal }: Attempt,
  message: Message,
): Promise<Reference | undefined> {
  const channel = await openChannel();
  const limitMs = channel.deadlineMs * slowness();
  const late = new AbortController();
  const over = new AbortController();
  parts.clock
    .sleep(limitMs, over.signal)
    .then(() => late.abort(new Error(`no end within ${limitMs} ms`)))
    .catch(() => undefined);
  try {
    return await channel.send(message, AbortSignal.any([late.signal, signal]));
  } finally {
    over.abort();
  }
}

export async function sendOnce(parts: CourierParts, attempt: Attempt): Promise<Sent> {
  const { notes, host, clock, chance } = parts;
  const { tracked, signal } = attempt;
  const { place, known } = tracked;
  const thread = known?.record.thread ?? tracked.thread ?? chance.newId();
  const claim: NoticeClaim = { by: host, thread, token: chance.newId() };
  const inRedis = tracked.aloneMs(clock.monotonicMs()) === undefined && !isLocal(tracked);
  const claimed: Claimed = isLocal(tracked)
    ? { kind: "mine" }
    : inRedis
      ? await claimInRedis(parts, attempt, claim, claimLifeMs(parts.deadlineMs()))
      : await claimAloud(parts, attempt, claim);
  const giveBack = async (): Promise<void> => {
    if (isLocal(tracked)) return;
    parts.tell({ kind: "dropped", ...place, by: host });
    if (inRedis) await notes.release(place, claim);
  };
  if (claimed.kind === "left") return claimed;
  // What was read with the claim may have another thread.
  const message = messageOf(attempt, tracked.known?.record.thread ?? thread);
  if (message === undefined) return { kind: "left", againMs: 0 };
  const gist = (tracked.episode?.gist ?? "").slice(0, GIST_CHARACTERS_MAX);
  let reference: Reference | undefined;
  try {
    reference = await give(parts, attempt, message);
  } catch (error) {
    signal.throwIfAborted();
    await giveBack();
    return { kind: "failed", error: error as Error };
  }
  const beat = tracked.known?.record.beat ?? 0;
  const record = recordAfter(parts, { message, gist, reference, beat });
  await writeDown(parts, tracked, record, inRedis ? claim : undefined);
  return { kind: "sent", record };
}

/** Known here at once, told to the others, and in Redis as soon as somebody takes writes. */
export async function writeDown(
  parts: CourierParts,
  tracked: Tracked,
  record: NoticeRecord,
  claim: NoticeClaim | undefined,
): Promise<void> {
  const { notes, clock } = parts;
  const nowMs = clock.monotonicMs();
  tracked.known = { record, changedMs: nowMs, sentMs: nowMs };
  tracked.beatMs = nowMs;
  parts.remember(tracked);
  if (isLocal(tracked)) return;
  parts.tell({ kind: "sent", ...tracked.place, record });
  tracked.isUnwritten = !(await notes.write(tracked.place, record, { lifeMs: lifeOf(record), claim }));
}

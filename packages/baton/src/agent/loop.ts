// One turn: observe, decide, act. Level-triggered: whatever woke it, it looks at everything again.
import { type Hands, act } from "../act/act.ts";
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { decide, type Decided, nothingRemembered } from "../decide/decide.ts";
import { BatonError, InvariantBroken } from "../errors.ts";
import type { Decision, Doubt, Memory } from "../decide/types.ts";
import type { Journal } from "../journal/journal.ts";
import type { Observer } from "../observe/observer.ts";
import type { Handover, Observation } from "../observe/types.ts";
import type { Clock } from "../sys/clock.ts";
import type { PresenceReader } from "../sys/presence.ts";
import { doubtsFrom } from "./doubt.ts";
import type { EpochFile } from "./epoch-file.ts";
import { isReplicated } from "../decide/in-sync.ts";
import { suspects } from "../decide/standing.ts";
import { isUrgent } from "../decide/urgency.ts";
import { calmPace, urgentPace } from "./pace.ts";
import type { SuspectProber } from "./suspects.ts";
import type { Turnstile } from "./turnstile.ts";
import type { Wake } from "./wake.ts";

/** What the last turn saw and decided, for status and dashboard. */
export interface Turn {
  readonly atWallMs: number;
  readonly observation: Observation;
  readonly decided: Decided;
  readonly doubts: readonly Doubt[];
  /** From the beginning of the look to the end of what was done. */
  readonly tookMs: number;
}

export interface LoopParts {
  readonly layout: Layout;
  readonly group: GroupPlan;
  /** The host whose processes may be touched; undefined where nothing but the routes may change. */
  readonly self: string | undefined;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly presence: PresenceReader;
  /** Shared with the loops of all other groups of this process. */
  readonly turnstile: Turnstile;
  readonly epochs: EpochFile;
  readonly hands: Hands;
  readonly journal: Journal;
  readonly wake: Wake;
  readonly suspects: SuspectProber;
  /** Names of the groups that are looked at often; shared with all loops of this process. */
  readonly urgent: Set<string>;
  /** The sentence of every turn; the caller leaves out repetitions. */
  readonly say: (group: string, sentence: string) => void;
  readonly onTurn: (turn: Turn) => void;
}

/** A cluster that stays broken is not looked at forty times a second for ever. */
const URGENT_FOR_MS = 60_000;

/**
 * From so many groups on a calm turn asks briefly (observe/observer.ts). Where routers ask replicas to
 * confirm, it does not: what it decides depends on more.
 */
const BRIEF_GROUPS_MIN = 64;
const mayLookBriefly = (layout: Layout): boolean =>
  layout.groups.length >= BRIEF_GROUPS_MIN && !isReplicated(layout);

/** The first sentence is about the route; what else was decided follows. */
const sentenceOf = (decisions: readonly Decision[]): string =>
  decisions.map(({ kind, reason }) => (kind === "hold" ? `holding: ${reason}` : reason)).join("; ");

/** What the history and the metrics are made from. */
function factsOf(decision: Decision): Readonly<Record<string, unknown>> {
  const { kind, reason: because } = decision;
  return { because, decision: kind, ...("node" in decision ? { node: decision.node } : {}) };
}

/**
 * A process that stood still between looking and acting must not act: in the meantime a failover can have
 * made the very node the primary that it is about to make a replica.
 */
const DEED_WITHIN_MS = 500;
const TOUCHES_NODES = new Set<Decision["kind"]>([
  "attach-replica",
  "exclude-replica",
  "fence",
  "include-replica",
  "restore-settings",
]);

async function execute(parts: LoopParts, decision: Decision, decidedMs: number): Promise<void> {
  const { group, journal, hands, clock } = parts;
  const lateMs = clock.monotonicMs() - decidedMs;
  if (TOUCHES_NODES.has(decision.kind) && lateMs > DEED_WITHIN_MS) {
    const sentence = `${decision.kind} left out: it was decided ${Math.round(lateMs)} ms ago`;
    journal.write({ kind: "failed", group: group.name, sentence, facts: { because: decision.reason } });
    return;
  }
  if (decision.kind === "route") {
    journal.write({
      kind: "decision",
      group: group.name,
      sentence: decision.reason,
      facts: { route: decision.route },
    });
  }
  try {
    const done = await act(decision, hands);
    if (done === undefined) return;
    journal.write({
      kind: decision.kind === "fence" ? "fenced" : "done",
      group: group.name,
      sentence: done,
      facts: factsOf(decision),
    });
  } catch (error) {
    if (error instanceof InvariantBroken) throw error;
    const sentence = `${decision.kind} did not work: ${(error as Error).message}`;
    journal.write({ kind: "failed", group: group.name, sentence, facts: factsOf(decision) });
  }
}

/**
 * The decisions, once the epoch that they stand on is on disk. Without a disk that remembers it the turn
 * is a hold, and says so: after a restart the agent could go back to an older one.
 */
async function remembered(parts: LoopParts, before: Memory, decided: Decided): Promise<Decided> {
  const { group, epochs, journal } = parts;
  try {
    await epochs.remember(group.name, decided.memory.epochSeenMax);
    return decided;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    const { message: reason } = error;
    journal.write({ kind: "failed", group: group.name, sentence: `holding: ${reason}` });
    const decisions: readonly Decision[] = [{ kind: "hold", reason }];
    // They are for a route that is not taken, and the one that is kept belongs to an epoch that is over.
    const isAsked = decided.confirmations.kind !== "not-asked";
    const confirmations = isAsked ? ({ kind: "refused", reason } as const) : decided.confirmations;
    return { ...decided, memory: before, decisions, confirmations };
  }
}

function noteHandover({ group, journal }: LoopParts, before: Memory, after: Memory): void {
  const one = before.handover;
  const next = after.handover;
  if (one?.id === next?.id) return;
  const write = ({ id, from, to }: Handover, step: string, more: Record<string, string> = {}) => {
    const sentence = `${from} hands over to ${to}: ${step}`;
    const facts = { attempt: id, from, to, step, ...more };
    journal.write({ kind: "switchover", group: group.name, sentence, facts });
  };
  const isDone = after.route.kind === "primary" && after.route.node === one?.to;
  if (one !== undefined) write(one, "over", { outcome: isDone ? "done" : "undone" });
  if (next !== undefined) write(next, "begun");
}

/**
 * Runs until the signal is aborted. What the world refuses ends up in the journal; only a bug
 * ends the loop.
 * @throws InvariantBroken
 */
export async function runLoop(parts: LoopParts, signal: AbortSignal): Promise<void> {
  const { layout, group, clock, observer, presence, turnstile, epochs, wake, say, urgent } = parts;
  const calm = calmPace(layout);
  const mayBeBrief = mayLookBriefly(layout);
  let memory: Memory = { ...nothingRemembered, epochSeenMax: epochs.seen(group.name) };
  let urgentSinceMs: number | undefined;
  let isFast = false;
  // While one is awaited, a third node that is silent must not hold up the look that finds it.
  let hasSuspects = false;
  let isWoken = false;
  presence.read();
  while (!signal.aborted) {
    await turnstile.pass(isFast || isWoken);
    if (signal.aborted) break;
    const beganMs = clock.monotonicMs();
    const isBrief = mayBeBrief && urgentSinceMs === undefined && !isWoken && !hasSuspects;
    const { graceMs } = isFast || hasSuspects ? urgentPace(urgent.size) : calm;
    const observation = await observer.look(graceMs, isBrief);
    const doubts = doubtsFrom(presence.read());
    const nowMs = clock.monotonicMs();
    const fresh = decide({ layout, group, observation, memory, doubts, nowMs, self: parts.self });
    const decided = await remembered(parts, memory, fresh);
    noteHandover(parts, memory, decided.memory);
    memory = decided.memory;
    // Right before the route, which is set in the same tick: no write gets the one without the other.
    parts.hands.setConfirmations(decided.confirmations);
    for (const decision of decided.decisions) await execute(parts, decision, nowMs);
    say(group.name, sentenceOf(decided.decisions));
    const tookMs = clock.monotonicMs() - beganMs;
    parts.onTurn({ atWallMs: clock.wallMs(), observation, decided, doubts, tookMs });
    const suspected = suspects(observation, memory.standings);
    hasSuspects = suspected.length > 0;
    parts.suspects.watch(suspected);
    urgentSinceMs = isUrgent(observation, decided) ? (urgentSinceMs ?? nowMs) : undefined;
    isFast = urgentSinceMs !== undefined && nowMs - urgentSinceMs < URGENT_FOR_MS;
    if (isFast) urgent.add(group.name);
    else urgent.delete(group.name);
    const { pauseMs } = isFast ? urgentPace(urgent.size) : calm;
    isWoken = await wake.wait(pauseMs, signal).catch(() => false);
  }
}

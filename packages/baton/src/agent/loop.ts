// One turn: observe, decide, act. Level-triggered: whatever woke it, it looks at everything again.
import { type Hands, act } from "../act/act.ts";
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { decide, type Decided, nothingRemembered } from "../decide/decide.ts";
import type { Decision, Memory } from "../decide/types.ts";
import type { Journal } from "../journal/journal.ts";
import type { Observer } from "../observe/observer.ts";
import type { Observation } from "../observe/types.ts";
import type { Clock } from "../sys/clock.ts";
import type { Presence } from "../sys/presence.ts";
import { doubtsFrom } from "./doubt.ts";
import type { EpochFile } from "./epoch-file.ts";
import { isUrgent } from "../decide/urgency.ts";
import type { Wake } from "./wake.ts";

/** What the last turn saw and decided, for status and dashboard. */
export interface Turn {
  readonly atWallMs: number;
  readonly observation: Observation;
  readonly decided: Decided;
}

export interface LoopParts {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly self: string;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly presence: Presence;
  readonly epochs: EpochFile;
  readonly hands: Hands;
  readonly journal: Journal;
  readonly wake: Wake;
  /** The sentence of every turn; the caller leaves out repetitions. */
  readonly say: (group: string, sentence: string) => void;
  readonly onTurn: (turn: Turn) => void;
}

const CALM = { graceMs: 300, pauseMs: 500 } as const;
/**
 * While something is going on. Whoever does not answer within 40 ms is represented by the last
 * answer.
 */
const URGENT = { graceMs: 40, pauseMs: 25 } as const;
/** A cluster that stays broken is not looked at forty times a second for ever. */
const URGENT_FOR_MS = 60_000;

/** The first sentence is about the route; what else was decided follows. */
const sentenceOf = (decisions: readonly Decision[]): string =>
  decisions.map(({ kind, reason }) => (kind === "hold" ? `holding: ${reason}` : reason)).join("; ");

async function execute(parts: LoopParts, decision: Decision): Promise<void> {
  const { group, journal, hands } = parts;
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
      kind: "done",
      group: group.name,
      sentence: done,
      facts: { because: decision.reason },
    });
  } catch (error) {
    const sentence = `${decision.kind} did not work: ${(error as Error).message}`;
    journal.write({ kind: "failed", group: group.name, sentence, facts: { because: decision.reason } });
  }
}

/**
 * Runs until the signal is aborted. A turn never throws: what the world refuses ends up in the
 * journal.
 */
export async function runLoop(parts: LoopParts, signal: AbortSignal): Promise<void> {
  const { layout, group, clock, observer, presence, epochs, journal, wake, say } = parts;
  let memory: Memory = { ...nothingRemembered, epochSeenMax: epochs.seen(group.name) };
  let urgentSinceMs: number | undefined;
  presence.read();
  while (!signal.aborted) {
    const isFast = urgentSinceMs !== undefined && clock.monotonicMs() - urgentSinceMs < URGENT_FOR_MS;
    const pace = isFast ? URGENT : CALM;
    const observation = await observer.look(pace.graceMs);
    const doubts = doubtsFrom(presence.read());
    const nowMs = clock.monotonicMs();
    const decided = decide({ layout, group, observation, memory, doubts, nowMs, self: parts.self });
    try {
      await epochs.remember(group.name, decided.memory.epochSeenMax);
      memory = decided.memory;
      for (const decision of decided.decisions) await execute(parts, decision);
    } catch (error) {
      // Without a disk that remembers the epoch nothing is decided: a restart could go back to an
      // older one.
      journal.write({
        kind: "failed",
        group: group.name,
        sentence: `holding: ${(error as Error).message}`,
      });
    }
    say(group.name, sentenceOf(decided.decisions));
    parts.onTurn({ atWallMs: clock.wallMs(), observation, decided });
    urgentSinceMs = isUrgent(observation, decided) ? (urgentSinceMs ?? nowMs) : undefined;
    await wake
      .wait(urgentSinceMs === undefined ? CALM.pauseMs : pace.pauseMs, signal)
      .catch(() => undefined);
  }
}

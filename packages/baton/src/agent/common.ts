// What all groups of one agent share: a thousand of them must not cost a thousand connections to each
// Sentinel, a thousand timers that watch for stalls, or a thousand turns in one millisecond.
import type { AgentPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import type { Journal } from "../journal/journal.ts";
import { subjectOf } from "../journal/signs.ts";
import { type Ears, openEars, type SentinelEvent } from "../observe/events.ts";
import { openSentinels, type Sentinels } from "../observe/sentinels.ts";
import type { Clock } from "../sys/clock.ts";
import { type Presence, watchPresence } from "../sys/presence.ts";
import { openTeacher, type Teacher } from "./command-tables.ts";
import type { SuspectCount } from "./suspects.ts";
import { openTurnstile, type Turnstile } from "./turnstile.ts";
import { openWake, type Wake } from "./wake.ts";

export interface CommonOptions {
  readonly layout: Layout;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly plan: AgentPlan;
  readonly journal: Pick<Journal, "write">;
  /** What another agent tells of a notice. */
  readonly onNotice: (message: string) => void;
}

export interface Common {
  readonly ears: Ears;
  readonly presence: Presence;
  readonly sentinels: Sentinels;
  readonly turnstile: Turnstile;
  readonly teacher: Teacher;
  readonly suspects: SuspectCount;
  readonly urgent: Set<string>;
  /** Says a turn's sentence, and leaves out repetitions. */
  readonly say: (group: string, sentence: string) => void;
  wakeOf(group: string): Wake;
  wakeAll(): void;
  close(): void;
}

/**
 * A turn's sentence is said when it changes, and once a minute so that a log shows that the agent
 * lives: with many groups each more rarely, a line a second in all.
 */
const REPEAT_MS = 60_000;
const REPEAT_MS_A_GROUP = 1_000;

function speaker({ clock, layout, say }: CommonOptions): Common["say"] {
  const last = new Map<string, { readonly sentence: string; readonly atMs: number }>();
  const repeatMs = Math.max(REPEAT_MS, layout.groups.length * REPEAT_MS_A_GROUP);
  return (group, sentence) => {
    const before = last.get(group);
    const nowMs = clock.monotonicMs();
    if (before?.sentence === sentence && nowMs - before.atMs < repeatMs) return;
    last.set(group, { sentence, atMs: nowMs });
    say(`${new Date(clock.wallMs()).toISOString()} ${group}: ${sentence}`);
  };
}

function entryOf({ sentinel, channel, text }: SentinelEvent) {
  return {
    kind: "event" as const,
    group: subjectOf(channel, text)?.group ?? "",
    sentence: `sentinel ${sentinel}: ${channel} ${text}`,
    facts: { sentinel, channel, text },
  };
}

/**
 * With more groups an event that is about none of them, such as +new-epoch at every failover, wakes nobody:
 * it would keep the one that fails over waiting, and each is looked at within a second anyway.
 */
const WAKE_ALL_MAX = 16;

/** Whom an event of a Sentinel wakes: the group that it is about, and for any other, with few groups, all. */
function wakeFor({ channel, text }: SentinelEvent, wakes: ReadonlyMap<string, Wake>): void {
  const subject = subjectOf(channel, text);
  const own = subject === undefined ? undefined : wakes.get(subject.group);
  if (own !== undefined) own.wake();
  else if (wakes.size <= WAKE_ALL_MAX) for (const wake of wakes.values()) wake.wake();
}

export function openCommon(options: CommonOptions): Common {
  const { layout, secrets, clock, plan, journal } = options;
  const where = { layout, secrets, clock, sourceAddress: plan.address };
  const wakes = new Map(layout.groups.map(({ name }) => [name, openWake(clock)]));
  const presence = watchPresence(clock);
  const ears = openEars({
    ...where,
    onEvent(event) {
      journal.write(entryOf(event));
      wakeFor(event, wakes);
    },
    onHello: (group) => wakes.get(group)?.wake(),
    onNotice: options.onNotice,
  });
  const { hearingSinceMs } = ears;
  const sentinels = openSentinels({ ...where, hearingSinceMs });
  return {
    ears,
    presence,
    sentinels,
    turnstile: openTurnstile(),
    teacher: openTeacher(),
    suspects: { count: 0 },
    urgent: new Set(),
    say: speaker(options),
    wakeOf: (group) => wakes.get(group) ?? openWake(clock),
    wakeAll: () => wakes.forEach((wake) => wake.wake()),
    close() {
      ears.close();
      sentinels.close();
      presence.close();
    },
  };
}

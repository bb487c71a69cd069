// A switchover from its preflight to its end: step by step forward, or back to where it began.
import { pingPeriodSeconds } from "../cluster/shared-keys.ts";
import type { GroupPlan, Layout, OwnSecrets } from "../cluster/types.ts";
import { BatonError, InvariantBroken } from "../errors.ts";
import { nodeDoor, openObserver, sentinelDoor } from "../observe/observer.ts";
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";
import { pauseOf } from "./pause.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { isPromoted, POINT_OF_NO_RETURN, steps } from "./steps.ts";
import type { Course, Doors, Ground, Progress, Step, SwitchoverResult } from "./types.ts";

export interface SwitchoverOptions {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly secrets: OwnSecrets;
  readonly clock: Clock;
  /** Host of the next primary; undefined leaves the choice to the preflight. */
  readonly to: string | undefined;
  /** Undefined takes the default of the group: see `pauseOf`. */
  readonly maxPauseMs: number | undefined;
  readonly isDryRun: boolean;
  /** Goes on although a target cannot follow at present. */
  readonly despiteTargets?: boolean;
  /** Never used before: by it the journals of all agents tell this attempt from others. */
  readonly id: string;
  /** Of the drill that it is part of: while one is under way there is no other switchover. */
  readonly drill?: string | undefined;
  /** Local address to connect from: the host's own, for an agent. */
  readonly sourceAddress?: string;
  readonly onProgress: (progress: Progress) => void;
}

const GRACE_MS = 700;

async function quorumsOf({ layout, group }: SwitchoverOptions, doors: Doors) {
  const said = await Promise.all(
    layout.sentinels.map(async ({ id }): Promise<[string, string]> => {
      const reply = await doors
        .sentinel(id)
        .call(["SENTINEL", "CKQUORUM", group.name])
        .catch((error: unknown) => (error as Error).message);
      return [id, String(reply)];
    }),
  );
  return new Map(said);
}

/** The steps while they run, and what became of each. */
class Journey {
  readonly progress: Progress[] = [];
  private readonly options: SwitchoverOptions;
  private readonly beganMs: number;

  constructor(options: SwitchoverOptions) {
    this.options = options;
    this.beganMs = options.clock.monotonicMs();
  }

  tell(step: string, state: Progress["state"], sentence: string): void {
    const atMs = Math.round(this.options.clock.monotonicMs() - this.beganMs);
    const progress = { step, state, atMs, sentence };
    this.progress.push(progress);
    this.options.onProgress(progress);
  }

  /** @returns why it failed, or undefined. */
  async take(step: Step, ground: Ground, signal: AbortSignal): Promise<string | undefined> {
    this.tell(step.id, "begins", step.summary);
    try {
      this.tell(step.id, "done", await step.act(ground, signal));
      return undefined;
    } catch (error) {
      if (error instanceof InvariantBroken) throw error;
      const reason = signal.aborted ? "interrupted" : (error as Error).message;
      this.tell(step.id, "failed", reason);
      return reason;
    }
  }

  /** @returns what could not be taken back, in sentences. */
  async back(taken: readonly Step[], ground: Ground): Promise<readonly string[]> {
    const left: string[] = [];
    for (const step of taken.toReversed()) {
      if (step.undo === undefined) continue;
      try {
        await step.undo(ground);
        this.tell(step.id, "undone", step.undone ?? "");
      } catch (error) {
        if (error instanceof InvariantBroken) throw error;
        left.push(`${step.id}: ${(error as Error).message}`);
      }
    }
    return left;
  }
}

type Ending = Pick<SwitchoverResult, "outcome" | "reason">;

async function travel(journey: Journey, ground: Ground, signal: AbortSignal): Promise<Ending> {
  const { course } = ground;
  const never = new AbortController().signal;
  const taken: Step[] = [];
  const missed: string[] = [];
  let isForward = false;
  for (const step of steps) {
    const failure = await journey.take(step, ground, isForward ? never : signal);
    taken.push(step);
    if (failure === undefined) {
      isForward ||= step.id === POINT_OF_NO_RETURN;
      continue;
    }
    // A failed order may have been carried out all the same: only the node itself knows.
    if (!isForward && step.id === POINT_OF_NO_RETURN && (await isPromoted(ground).catch(() => false)))
      isForward = true;
    if (isForward) {
      missed.push(`${step.id}: ${failure}`);
      continue;
    }
    const left = await journey.back(taken, ground);
    const rest = left.length === 0 ? "nothing has changed" : `could not be undone: ${left.join("; ")}`;
    // Without the claim nothing was touched.
    if (taken.length === 1) return { outcome: "refused", reason: failure };
    return { outcome: "undone", reason: `${step.id}: ${failure}; ${rest}` };
  }
  const done = `${course.to.id} is primary, ${course.from.id} follows it`;
  return missed.length === 0
    ? { outcome: "done", reason: done }
    : { outcome: "incomplete", reason: missed.join("; ") };
}

function groundFor(
  options: SwitchoverOptions,
  course: Course,
  doors: Doors,
  maxPauseMs: number,
): Ground {
  const { layout, group, clock } = options;
  return {
    group,
    doors,
    sentinels: layout.sentinels.map(({ id }) => id),
    routers: layout.routers.filter((plan) => plan.group === group.name).map(({ host }) => host),
    clock,
    course,
    id: options.id,
    drill: options.drill,
    maxPauseMs,
    pingPeriodSeconds: pingPeriodSeconds(layout.cluster.redisSettings),
    moments: { pausedMs: undefined, promotedMs: undefined, acceptedMs: undefined },
    isLate: false,
    fullSyncsBefore: 0,
    fullResyncs: undefined,
  };
}

function resultOf(
  { group }: SwitchoverOptions,
  { checks, course }: Preflight,
  ending: Ending,
  journey: Journey,
  ground?: Ground,
): SwitchoverResult {
  const { pausedMs, acceptedMs } = ground?.moments ?? {};
  const isPaused = pausedMs !== undefined && acceptedMs !== undefined;
  return {
    group: group.name,
    ...ending,
    from: course?.from.host ?? null,
    to: course?.to.host ?? null,
    epoch: course?.epoch ?? null,
    checks,
    steps: journey.progress,
    pauseMs: isPaused ? Math.round(acceptedMs - pausedMs) : null,
    fullResyncs: ground?.fullResyncs ?? null,
    late: ground?.isLate ?? false,
  };
}

/**
 * Before the promotion an aborted signal takes everything back; after it there is only forward.
 * What the world refuses is in the result: nothing is thrown for it.
 */
export async function runSwitchover(
  options: SwitchoverOptions,
  signal: AbortSignal,
): Promise<SwitchoverResult> {
  const { group, to } = options;
  const observer = openObserver(options);
  const journey = new Journey(options);
  const door = (key: string): Door => {
    const found = observer.doors.get(key);
    if (found === undefined) throw new BatonError("UNABLE", `no connection to ${key}`);
    return found;
  };
  const doors: Doors = {
    node: (id) => door(nodeDoor(id)),
    sentinel: (host) => door(sentinelDoor(host)),
  };
  try {
    const maxPauseMs = options.maxPauseMs ?? pauseOf(group);
    const [observation, quorums] = await Promise.all([
      observer.look(GRACE_MS),
      quorumsOf(options, doors),
    ]);
    signal.throwIfAborted();
    const all = options.despiteTargets === true ? [] : options.layout.cluster.targets;
    const targets = all.filter((target) => target.group === group.name);
    const looked = preflight({ group, observation, quorums, to, maxPauseMs, targets });
    const { course, checks } = looked;
    if (course === undefined) {
      const failed = checks.filter(({ ok }) => !ok).map(({ sentence }) => sentence);
      return resultOf(options, looked, { outcome: "refused", reason: failed.join("; ") }, journey);
    }
    if (options.isDryRun) {
      const reason = `would hand over from ${course.from.id} to ${course.to.id}`;
      return resultOf(options, looked, { outcome: "dry-run", reason }, journey);
    }
    const ground = groundFor(options, course, doors, maxPauseMs);
    const ending = await travel(journey, ground, signal);
    return resultOf(options, looked, ending, journey, ground);
  } finally {
    observer.close();
  }
}

// Whoever runs a simulated switchover: a process that asks one question after the other, and can die or
// freeze between any two of them.
import { longestPauseMs } from "../../packages/baton/src/switchover/pause.ts";
import type { Course } from "../../packages/baton/src/switchover/types.ts";
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import type { Handover } from "../../packages/baton/src/observe/types.ts";
import { type Engine, Process, type Task } from "./engine.ts";
import type { Rules } from "./rules.ts";
import { DOWN_AFTER_MS } from "./known.ts";
import type { Sentinel } from "./sentinel.ts";
import type { Node, World } from "./world.ts";

export const PAUSE_MS = longestPauseMs(DOWN_AFTER_MS);
const NOTE_MS = PAUSE_MS + 3_000;
const RENEW_MS = 1_000;
const POLL_MS = 10;

export interface RunnerParts {
  readonly engine: Engine;
  readonly world: World;
  readonly sentinels: readonly Sentinel[];
  readonly group: GroupPlan;
  readonly rules: Rules;
  readonly isHasty: boolean;
  /** Called before each step: a fault may hit right there. */
  readonly onStep: (runner: Runner, step: string) => void;
}

export type Outcome = "done" | "refused" | "undone" | "incomplete";

export interface Journey {
  readonly from: string;
  readonly to: string;
  readonly beganMs: number;
  /** The newest epoch that had been agreed on then; Sentinels set up anew may know of none of it. */
  readonly epoch: number;
  /** The acknowledged writes that the old primary held when it began. */
  readonly held: readonly number[];
}

export class StepFailed extends Error {}

export class Runner extends Process {
  outcome: Outcome | undefined;
  isLate = false;
  journey: Journey | undefined;
  readonly parts: RunnerParts;
  private readonly id: string;
  private renewedMs = 0;

  constructor(host: string, number: number, parts: RunnerParts) {
    super(`runner ${number} on ${host}`, host);
    this.parts = parts;
    this.id = `switchover-${number}`;
  }

  end(outcome: Outcome, reason = ""): void {
    this.parts.engine.say(() => `${this.name}: ${outcome}${this.isLate ? ", late" : ""} ${reason}`);
    this.outcome = outcome;
  }

  *attempt(task: Task): Task<boolean> {
    try {
      yield* task;
      return true;
    } catch (error) {
      if (error instanceof StepFailed) return false;
      throw error;
    }
  }

  /** @throws StepFailed without an answer. */
  *ask<T>(to: Process, act: () => T): Task<T> {
    const answer = yield* this.parts.engine.call(this, to, () => ({ said: act() }));
    if (answer === undefined) throw new StepFailed(`${to.name} does not answer`);
    return answer.said;
  }

  /** @throws StepFailed when it has not come true in time. */
  *until(look: () => Task<boolean>, withinMs: number): Task {
    const { engine } = this.parts;
    const endMs = engine.nowMs + withinMs;
    while (!(yield* look())) {
      if (engine.nowMs >= endMs) throw new StepFailed(`not within ${withinMs} ms`);
      yield engine.sleep(this, POLL_MS);
    }
  }

  *announce(course: Course, at: Node, phase: Handover["phase"], { isClaim = false } = {}): Task {
    const { engine, world } = this.parts;
    const { from, to, epoch } = course;
    const isTaken = yield* this.ask(at, () => {
      const { note } = at;
      if (isClaim && note !== undefined && note.expiresAtMs > engine.nowMs) return false;
      const handover = { id: this.id, from: from.id, to: to.id, epoch, phase };
      const said = world.write(at, { note: { ...handover, expiresAtMs: engine.nowMs + NOTE_MS } });
      if (said !== undefined) world.wake(at.host);
      return said !== undefined;
    });
    if (!isTaken) throw new StepFailed(`${at.id} does not take the note`);
    this.renewedMs = engine.nowMs;
  }

  /** In a longer wait: the note must not expire meanwhile. */
  *keep(course: Course, at: Node, phase: Handover["phase"]): Task {
    if (this.parts.engine.nowMs - this.renewedMs >= RENEW_MS) yield* this.announce(course, at, phase);
  }

  *withdraw(at: Node): Task {
    const { world } = this.parts;
    const isTaken = yield* this.ask(at, () => {
      if (at.note?.id !== this.id) return true;
      const said = world.write(at, { note: undefined });
      world.wake(at.host);
      return said !== undefined;
    });
    if (!isTaken) throw new StepFailed("the note stays");
  }
}

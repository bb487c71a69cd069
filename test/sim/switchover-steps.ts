// What each step of a simulated switchover does: the deeds of the product's table, as questions that travel.
import type { Course } from "../../packages/baton/src/switchover/types.ts";
import { DEED_WITHIN_MS } from "./agents.ts";
import type { Task } from "./engine.ts";
import { FAILOVER_TIMEOUT_MS } from "./known.ts";
import type { Sentinel } from "./sentinel.ts";
import { PAUSE_MS, type Runner, StepFailed } from "./runner.ts";
import { idAt, type Node, PING_SECONDS, PRIORITY } from "./world.ts";

const QUIET_PINGS_SECONDS = 600;
const PREFERRED = 1;
const DEMOTION_MS = 150;
const ANSWER_MS = 80;

/** In the order of the product's table. */
export const STEPS = [
  "claim",
  "prefer",
  "announce",
  "pause",
  "drain",
  "promote",
  "demote",
  "repoint",
  "confirm",
  "verify",
  "release",
] as const;
type StepId = (typeof STEPS)[number];

export interface Step {
  readonly id: StepId;
  readonly act: () => Task;
  readonly undo?: () => Task;
}

interface Ground {
  readonly runner: Runner;
  readonly course: Course;
  readonly from: Node;
  readonly to: Node;
  readonly leader: Sentinel;
  pausedMs: number;
  promotedMs: number;
}

export function stepsOf(runner: Runner, course: Course): readonly Step[] {
  const { world, sentinels } = runner.parts;
  const from = world.node(course.from.id);
  const to = world.node(course.to.id);
  const leader = sentinels.find(({ id }) => id === course.sentinel);
  if (leader === undefined) throw new Error(`no Sentinel ${course.sentinel}`);
  const ground: Ground = {
    runner,
    course,
    from,
    to,
    leader,
    pausedMs: 0,
    promotedMs: Number.NEGATIVE_INFINITY,
  };
  const unpause = () => runner.ask(from, () => world.unpause(from));
  return [
    {
      id: "claim",
      act: () => runner.announce(course, from, "preparing", { isClaim: true }),
      undo: () => runner.withdraw(from),
    },
    { id: "prefer", act: () => prefer(ground), undo: () => preferNobody(ground) },
    {
      id: "announce",
      act: () => runner.announce(course, from, "moving"),
      undo: () => runner.announce(course, from, "preparing"),
    },
    { id: "pause", act: () => pause(ground), undo: unpause },
    { id: "drain", act: () => drain(ground) },
    {
      id: "promote",
      act: () => promote(ground),
    },
    { id: "demote", act: () => demote(ground) },
    { id: "repoint", act: () => repoint(ground) },
    { id: "confirm", act: () => runner.until(() => isConfirmed(ground), FAILOVER_TIMEOUT_MS + 2_000) },
    { id: "verify", act: () => runner.until(() => isEverybodyBehind(ground), 10_000) },
    { id: "release", act: () => release(ground) },
  ];
}

function* restorePriority({ runner, to }: Ground): Task {
  yield* runner.ask(to, () => {
    to.priority = PRIORITY;
    to.rewrite();
  });
}

function* prefer({ runner, course, from, to, leader }: Ground): Task {
  yield* runner.ask(to, () => (to.priority = PREFERRED));
  yield* runner.ask(from, () => (from.pingSeconds = QUIET_PINGS_SECONDS));
  const isKnown = function* (): Task<boolean> {
    yield* runner.keep(course, from, "preparing");
    return yield* runner.ask(leader, () => leader.of(to.id).info?.priority === PREFERRED);
  };
  yield* runner.until(isKnown, 4_000);
}

function* preferNobody(ground: Ground): Task {
  const { runner, from } = ground;
  yield* runner.ask(from, () => (from.pingSeconds = PING_SECONDS));
  yield* restorePriority(ground);
}

function* pause(ground: Ground): Task {
  const { runner, from } = ground;
  const { engine, world } = runner.parts;
  ground.pausedMs = engine.nowMs;
  yield* runner.ask(from, () => world.pause(from, PAUSE_MS));
}

function* drain({ runner, from, to }: Ground): Task {
  const written = yield* runner.ask(from, () => from.log.length);
  yield* runner.until(() => runner.ask(to, () => to.log.length >= written), PAUSE_MS / 3);
}

function* promote(ground: Ground): Task {
  const { runner, from, leader, pausedMs } = ground;
  const { engine, world } = runner.parts;
  const said = yield* runner.ask(leader, () => leader.failover.order());
  if (said !== "OK") throw new StepFailed(said);
  const dueMs = pausedMs + PAUSE_MS - DEMOTION_MS;
  const withinMs = Math.max(1, dueMs - engine.nowMs);
  if (!(yield* runner.attempt(runner.until(() => isPromoted(ground), withinMs)))) {
    yield* runner.ask(from, () => world.unpause(from));
    yield* promoteLate(ground);
  }
  if (ground.promotedMs > dueMs) yield* assertNotOvertaken(ground);
}

/** As of the moment of the question: the answer may be old when it is read. */
function* isPromoted(ground: Ground): Task<boolean> {
  const { runner, to } = ground;
  ground.promotedMs = runner.parts.engine.nowMs;
  return yield* runner.ask(to, () => to.of === undefined);
}

/** A node that says primary after the pause may be one of an epoch that is over. */
function* assertNotOvertaken(ground: Ground): Task {
  const { runner, course, to } = ground;
  const { engine, sentinels, isHasty } = runner.parts;
  if (isHasty) return;
  for (const sentinel of sentinels) {
    const isElsewhere = () => sentinel.configEpoch > course.epoch && sentinel.named !== to.id;
    if ((yield* engine.call(runner, sentinel, isElsewhere, ANSWER_MS)) !== true) continue;
    ground.promotedMs = Number.NEGATIVE_INFINITY;
    throw new StepFailed(`${sentinel.name} names somebody else`);
  }
}

/** Writes go on, and a promotion that comes after all is finished at once. */
function* promoteLate(ground: Ground): Task {
  const { runner, course, from, leader } = ground;
  const { engine } = runner.parts;
  if (yield* runner.attempt(runner.until(() => isPromoted(ground), 0))) return;
  runner.isLate = true;
  yield* runner.announce(course, from, "preparing");
  const endMs = engine.nowMs + FAILOVER_TIMEOUT_MS + 1_000;
  while (engine.nowMs < endMs) {
    if (yield* runner.attempt(runner.until(() => isPromoted(ground), 1_000)))
      return yield* runner.announce(course, from, "moving");
    const state = yield* engine.call(runner, leader, () => leader.failover.state);
    if (state === "none") break;
  }
  throw new StepFailed("not promoted within the pause");
}

function* demote(ground: Ground): Task {
  const { runner, from, to, promotedMs } = ground;
  const { engine, world, rules, isHasty } = runner.parts;
  const isLate = () => !isHasty && engine.nowMs - promotedMs > DEED_WITHIN_MS;
  if (isLate()) throw new StepFailed("stood still");
  yield* runner.ask(from, () => {
    from.pingSeconds = PING_SECONDS;
    rules.demoted(runner.name, from, to.id, runner.journey?.epoch);
    return world.demote(from, to.id);
  });
  // Sentinel, or the node's own agent, attaches whoever is left.
  if (isLate()) return;
  for (const node of world.nodes) {
    if (node === from || node === to) continue;
    engine.send(runner.host, node, () => {
      rules.demoted(runner.name, node, to.id, runner.journey?.epoch);
      world.replicaOf(node, to.id);
    });
  }
}

function* repoint({ runner, course, to }: Ground): Task {
  yield* runner.until(() => runner.attempt(runner.announce(course, to, "moving")), 2_000);
}

function* isConfirmed({ runner, course, to }: Ground): Task<boolean> {
  const { engine, sentinels } = runner.parts;
  yield* runner.keep(course, to, "moving");
  let votes = 0;
  for (const sentinel of sentinels) {
    const isNew = () => sentinel.named === to.id && sentinel.configEpoch > course.epoch;
    if ((yield* engine.call(runner, sentinel, isNew, 200)) === true) votes += 1;
  }
  return votes * 2 > sentinels.length;
}

function* isEverybodyBehind({ runner, course, to, leader }: Ground): Task<boolean> {
  const { world } = runner.parts;
  yield* runner.keep(course, to, "moving");
  for (const node of world.nodes) {
    const view = yield* runner.ask(node, () => world.view(node));
    if (node === to ? view.kind !== "primary" : view.kind !== "replica") return false;
    if (view.kind === "replica" && (idAt(view.of) !== to.id || view.link !== "connected")) return false;
  }
  return (yield* runner.ask(leader, () => leader.failover.state)) === "none";
}

function* release(ground: Ground): Task {
  yield* restorePriority(ground);
  yield* ground.runner.withdraw(ground.to);
}

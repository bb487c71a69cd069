// A simulated switchover from its preflight, which is the product's own, to its end: forward, or back.
import { preflight } from "../../packages/baton/src/switchover/preflight.ts";
import type { Task } from "./engine.ts";
import { Observer } from "./look.ts";
import { PAUSE_MS, Runner, type RunnerParts } from "./runner.ts";
import { type Step, stepsOf } from "./switchover-steps.ts";

export function startSwitchover(host: string, number: number, parts: RunnerParts): Runner {
  const runner = new Runner(host, number, parts);
  parts.engine.start(runner, run(runner));
  return runner;
}

function* run(runner: Runner): Task {
  const { engine, world, sentinels, group, rules } = runner.parts;
  const observation = yield* new Observer(runner, engine, world, sentinels).look(700);
  const quorums = new Map(
    observation.views.map(({ kind, sentinel }) => [sentinel, kind === "heard" ? "OK" : "no answer"]),
  );
  const asked = { to: undefined, maxPauseMs: PAUSE_MS, targets: [] };
  const looked = preflight({ group, observation, quorums, ...asked });
  const { course } = looked;
  if (course === undefined) {
    const failed = looked.checks.filter(({ ok }) => !ok).map(({ sentence }) => sentence);
    return runner.end("refused", failed.join("; "));
  }
  const from = world.node(course.from.id);
  const held = from.log.filter((id) => world.acknowledged.has(id));
  const { epoch } = rules.newestAgreed();
  runner.journey = { from: from.id, to: course.to.id, beganMs: engine.nowMs, epoch, held };
  engine.say(() => `${runner.name}: ${from.id} to ${course.to.id}, epoch ${course.epoch}`);
  yield* travel(runner, stepsOf(runner, course));
  rules.switchedOver(runner);
}

function* travel(runner: Runner, steps: readonly Step[]): Task {
  const { world, onStep } = runner.parts;
  const taken: Step[] = [];
  let isForward = false;
  let isWhole = true;
  for (const step of steps) {
    onStep(runner, step.id);
    runner.parts.engine.say(() => `${runner.name}: ${step.id}`);
    taken.push(step);
    const isDone = yield* runner.attempt(step.act());
    if (isDone) {
      isForward ||= step.id === "promote";
      continue;
    }
    const to = world.node(runner.journey?.to ?? "");
    if (step.id === "promote") {
      const isPromoted = yield* runner.parts.engine.call(runner, to, () => to.of === undefined);
      isForward = isPromoted === true;
    }
    isWhole = false;
    if (isForward) continue;
    for (const { undo } of taken.toReversed()) if (undo !== undefined) yield* runner.attempt(undo());
    return runner.end(taken.length === 1 ? "refused" : "undone");
  }
  runner.end(isWhole ? "done" : "incomplete");
}

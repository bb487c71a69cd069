// CM001: configurations that are written anew take the whole cluster back to its first day.
import { systemClock } from "../../sys/clock.ts";
import type { Ground } from "../ground.ts";
import { secondsSince, untilSwitched, untilWhole } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { configureRedis, configureSentinel, type Plan, putUp, type Stage } from "../stage.ts";
import { startWriter } from "../writer.ts";

const WRITES = 300;
const plan: Plan = { redis: () => ["appendonly yes"] };

/** What a playbook does: with templates for files that Redis itself has changed, or without. */
async function runPlaybook({ ground, redis, sentinels }: Stage, side: Side): Promise<void> {
  const all = [...sentinels, ...redis];
  if (side === "mistake") {
    for (const member of redis) await configureRedis(ground, member, plan);
    for (const member of sentinels) await configureSentinel(ground, member, plan);
  }
  for (const member of all) await member.kill();
  for (const member of [...redis, ...sentinels]) await member.start();
}

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, plan);
  const { primary: first, redis } = stage;
  await first.kill();
  const promoted = await untilSwitched(stage, first);
  ground.say(`${promoted.name} is primary, and takes ${WRITES} writes and more`);
  const writer = startWriter(promoted);
  await writer.untilMore(WRITES);
  await writer.stop();
  ground.say("the first primary is repaired; the playbook runs on all hosts and restarts everything");
  const sinceMs = systemClock.monotonicMs();
  await runPlaybook(stage, side);
  const final = await untilWhole(stage);
  const seconds = secondsSince(sinceMs);
  const lost = await Promise.all(redis.map((member) => writer.lostOn(member)));
  const onAll = Math.min(...lost);
  const acknowledged = writer.acknowledged();
  const who = final === first ? "the primary of the first day" : "the present primary";
  return {
    isHarmed: final === first && onAll > 0,
    isWhole: final === promoted && Math.max(...lost) === 0,
    says: `${who} is primary; ${onAll} of ${acknowledged} acknowledged writes are lost on all nodes`,
    figures: { acknowledged, lostEverywhere: onAll, seconds },
  };
}

export const cm001: Proof = {
  rule: "CM001",
  says: "After a failover, and with the first primary repaired, a playbook runs on all hosts.",
  secondsAtMost: 60,
  sides: {
    mistake: "writes redis.conf and sentinel.conf from templates on every run",
    fix: "writes them only where there are none",
  },
  run,
};

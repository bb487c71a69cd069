// RED011: a promoted node that could not write its redis.conf forgets that it is the primary.
import { chmod } from "node:fs/promises";
import { systemClock } from "../../sys/clock.ts";
import { missing, seen } from "../../sys/wait.ts";
import { fill } from "../data.ts";
import type { Ground } from "../ground.ts";
import { roleOf, secondsSince, untilSwitched } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { putUp } from "../stage.ts";

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, { redis: () => ["appendonly yes"] });
  const { primary: old, redis } = stage;
  await fill(old, redis);
  if (side === "mistake") await Promise.all(redis.map((one) => chmod(one.configFolder, 0o555)));
  await old.kill();
  const promoted = await untilSwitched(stage, old);
  ground.say(`${promoted.name} is primary; restarting it`);
  const sinceMs = systemClock.monotonicMs();
  await promoted.kill();
  await promoted.start();
  const role = await roleOf(promoted);
  const isReplicaOfDead = role.kind === "replica" && role.of.address === old.address;
  const living = redis.filter(({ isRunning }) => isRunning);
  // Whoever is primary next, a write has to be taken again.
  const look = async () => {
    for (const member of living) {
      const answer = await member.call("SET", "proof:after", "x").catch((error: unknown) => error);
      if (answer === "OK") return seen(member);
    }
    return missing("a node that takes writes");
  };
  const writable = await promoted.until("a write", look, { withinMs: 40_000, everyMs: 20 });
  const seconds = secondsSince(sinceMs);
  const failures = await promoted.countLines("CONFIG REWRITE failed");
  const who = writable === promoted ? "it" : "another node";
  const told = `writes were taken again after ${seconds} s, by ${who}`;
  return {
    isHarmed: isReplicaOfDead && failures > 0,
    isWhole: role.kind === "primary" && writable === promoted,
    says: isReplicaOfDead
      ? `the new primary came back as a replica of the dead node; ${told}`
      : `the new primary came back as what it was; ${told}`,
    figures: { cameBackAs: role.kind, seconds, failures },
  };
}

export const red011: Proof = {
  rule: "RED011",
  says: "The primary fails over; the new one is restarted.",
  secondsAtMost: 60,
  sides: { mistake: "the folder of redis.conf is not writable", fix: "it is writable" },
  run,
};

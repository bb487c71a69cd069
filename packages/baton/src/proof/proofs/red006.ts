// RED006: a primary without persistence that is back before anybody noticed empties all of them.
import { systemClock } from "../../sys/clock.ts";
import { missing, seen } from "../../sys/wait.ts";
import { fill, KEYS, keysOn } from "../data.ts";
import type { Ground } from "../ground.ts";
import { namedBy, secondsSince, untilFollows } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { putUp } from "../stage.ts";

async function run(ground: Ground, side: Side): Promise<Observation> {
  const appendOnly = side === "mistake" ? "no" : "yes";
  const stage = await putUp(ground, { redis: () => [`appendonly ${appendOnly}`] });
  const { primary, redis, sentinels } = stage;
  await fill(primary, redis);
  ground.say(`${KEYS} keys everywhere; the primary is killed, and started at once`);
  const sinceMs = systemClock.monotonicMs();
  await primary.kill();
  await primary.start();
  const away = secondsSince(sinceMs);
  const look = async () => {
    const counts = await Promise.all(sentinels.map((one) => one.countLines("+reboot master")));
    return counts.every((count) => count > 0)
      ? seen(undefined)
      : missing(`+reboot ${counts.join(", ")}`);
  };
  await primary.until("the Sentinels to see the restart", look, { withinMs: 15_000 });
  for (const replica of redis.slice(1)) await untilFollows(replica, primary);
  const keys = await keysOn(redis);
  const named = await Promise.all(sentinels.map(namedBy));
  const isSame = named.every((address) => address === primary.address);
  const total = keys.reduce((sum, count) => sum + count, 0);
  return {
    isHarmed: isSame && total === 0,
    isWhole: isSame && keys.every((count) => count === KEYS),
    says: `back after ${away} s, no failover; keys on the three nodes: ${keys.join(", ")}`,
    figures: { awaySeconds: away, keysBefore: KEYS * redis.length, keysAfter: total },
  };
}

export const red006: Proof = {
  rule: "RED006",
  says: "The primary crashes, and is started again at once, as systemd does.",
  secondsAtMost: 60,
  sides: { mistake: 'save "" and appendonly no', fix: "appendonly yes" },
  run,
};

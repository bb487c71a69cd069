// SEN017: Sentinels that cannot write their file forget every failover when they are restarted.
import { chmod } from "node:fs/promises";
import { Fields } from "../../redis/replies.ts";
import { systemClock } from "../../sys/clock.ts";
import { missing, seen } from "../../sys/wait.ts";
import type { Ground } from "../ground.ts";
import type { Member } from "../member.ts";
import { comesAbout, namedBy, secondsSince, PATIENCE_MS, untilSwitched } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { GROUP, prepareStage, startAll } from "../stage.ts";

/** Replicas and other Sentinels, of which a failover needs some. */
async function howManyKnown(sentinel: Member): Promise<number> {
  const group = new Fields(await sentinel.call("SENTINEL", "MASTER", GROUP), "the group");
  return group.integer("num-slaves") + group.integer("num-other-sentinels");
}

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await prepareStage(ground, {});
  const { primary: old, sentinels } = stage;
  // The files themselves are writable: where they are not, a Sentinel ends at once and says so.
  if (side === "mistake") await Promise.all(sentinels.map((one) => chmod(one.configFolder, 0o555)));
  await startAll(stage);
  await old.kill();
  const now = await untilSwitched(stage, old);
  ground.say(`${now.name} is primary; restarting all Sentinels`);
  for (const sentinel of sentinels) await sentinel.kill();
  const sinceMs = systemClock.monotonicMs();
  for (const sentinel of sentinels) await sentinel.start();
  const named = await Promise.all(sentinels.map(namedBy));
  const forgot = named.filter((address) => address === old.address).length;
  const look = async () => {
    const named = await Promise.all(sentinels.map(namedBy));
    const isRight = named.every((address) => address === now.address);
    return isRight ? seen(undefined) : missing(`they name ${named.join(", ")}`);
  };
  const isRight = await comesAbout(now, look, PATIENCE_MS);
  const seconds = secondsSince(sinceMs);
  const known = await Promise.all(sentinels.map(howManyKnown));
  const most = Math.max(...known);
  const all = sentinels.length;
  return {
    isHarmed: !isRight && forgot === all && most === 0,
    isWhole: isRight && forgot === 0,
    says:
      `after their restart ${forgot} of ${all} Sentinels named the dead primary` +
      (isRight
        ? ""
        : `, knew of ${most} replicas and other Sentinels, and so it still was after ${seconds} s`),
    figures: { forgot, sentinels: all, seconds, knownAtMost: most },
  };
}

export const sen017: Proof = {
  rule: "SEN017",
  says: "The primary fails over, and later all Sentinels are restarted.",
  secondsAtMost: 60,
  sides: { mistake: "the folder of sentinel.conf is not writable", fix: "it is writable" },
  run,
};

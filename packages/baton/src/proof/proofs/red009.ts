// RED009: a replica that holds nothing is promoted over one that holds everything, and then empties it.
import { fill, KEYS, keysOn } from "../data.ts";
import type { Ground } from "../ground.ts";
import { quorumOf, untilFollows, untilSwitched } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { putUp } from "../stage.ts";

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, { redis: (host) => (host === 2 ? ["replica-priority 10"] : []) });
  const { primary: old, redis } = stage;
  const [, preferred = old, other = old] = redis;
  await fill(old, redis);
  if (side === "fix") await preferNobodyEmpty();
  const said = await quorumOf(stage);
  ground.say(`the primary dies while ${preferred.name} restarts, which has no persistence`);
  await Promise.all([old.kill(), preferred.kill()]);
  await preferred.start();
  const now = await untilSwitched(stage, old);
  const follower = now === preferred ? other : preferred;
  await untilFollows(follower, now);
  const keys = await keysOn([now, follower]);
  const kept = Math.max(...keys);
  return {
    isHarmed: now === preferred && kept === 0,
    isWhole: now === other && Math.min(...keys) === KEYS,
    says:
      `CKQUORUM said ${said}; ${now === preferred ? "the empty" : "the synced"} replica ` +
      `was promoted; ${kept} of ${KEYS} keys are left on both nodes`,
    figures: {
      ckquorum: said,
      promoted: now === preferred ? "empty" : "synced",
      keysBefore: KEYS,
      keysAfter: kept,
    },
  };

  /** What a start as "not to be promoted yet" writes: it comes back with 0 until it is in sync. */
  async function preferNobodyEmpty(): Promise<void> {
    await preferred.call("CONFIG", "SET", "replica-priority", "0");
    await preferred.call("CONFIG", "REWRITE");
    await preferred.call("CONFIG", "SET", "replica-priority", "10");
  }
}

export const red009: Proof = {
  rule: "RED009",
  says: "A replica restarts, empty, at the moment the primary dies; another has all data.",
  secondsAtMost: 60,
  sides: {
    mistake: "replica-priority 10, in sync or not",
    fix: "starts with replica-priority 0 until it is in sync",
  },
  run,
};

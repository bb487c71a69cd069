// RED024: an old primary that holds more than its maxmemory refuses to be demoted, and stays a primary.
import { counted } from "../../cluster/text.ts";
import { parseInfo } from "../../redis/replies.ts";
import type { Ground } from "../ground.ts";
import { comesAbout, lookFollows, roleOf, signsIn, untilSwitched } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { putUp } from "../stage.ts";

/** To be demoted takes about 3 s. */
const WITHIN_MS = 12_000;
const MEGABYTE = 1 << 20;
const KEYS = 8;

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, {
    redis: () => ["appendonly yes", "maxmemory 4mb", "maxmemory-policy noeviction"],
  });
  const { primary: old, redis } = stage;
  ground.say(`maxmemory is raised on all nodes by CONFIG SET, and ${KEYS} MB are written`);
  for (const member of redis) {
    await member.call("CONFIG", "SET", "maxmemory", "64mb");
    if (side === "fix") await member.call("CONFIG", "REWRITE");
  }
  for (let key = 0; key < KEYS; key += 1) await old.call("SET", `proof:${key}`, "x".repeat(MEGABYTE));
  await old.call("WAIT", String(redis.length - 1), "900");
  await old.kill();
  const now = await untilSwitched(stage, old);
  ground.say(`${now.name} is primary; starting the old one again`);
  await old.start();
  const isBack = await comesAbout(old, () => lookFollows(old, now), WITHIN_MS);
  const orders = await signsIn(stage, "+convert-to-slave");
  const refused = parseInfo(await old.call("INFO", "errorstats")).get("errorstat_OOM") !== undefined;
  const primaries = (await Promise.all([old, now].map(roleOf))).filter(({ kind }) => kind === "primary");
  return {
    isHarmed: !isBack && primaries.length === 2 && orders > 1 && refused,
    isWhole: isBack && primaries.length === 1 && !refused,
    says:
      `primaries ${isBack ? "at the end" : `after ${WITHIN_MS / 1_000} s`}: ${primaries.length}; ` +
      `Sentinels told the old one to follow ${counted(orders, "time")}` +
      (refused ? ", and it answered OOM" : ""),
    figures: { primaries: primaries.length, orders, refused: refused },
  };
}

export const red024: Proof = {
  rule: "RED024",
  says: "At run time maxmemory was raised; the primary dies, is replaced, and is started again.",
  secondsAtMost: 60,
  sides: { mistake: "CONFIG SET maxmemory only", fix: "CONFIG REWRITE after it" },
  run,
};

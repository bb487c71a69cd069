// SEN029: with a short down-after, Sentinels that notice a death late find no replica good enough, for ever.
import { counted } from "../../cluster/text.ts";
import { parseInfo } from "../../redis/replies.ts";
import { slowness, systemClock } from "../../sys/clock.ts";
import { missing, seen } from "../../sys/wait.ts";
import type { Ground } from "../ground.ts";
import { outcomeOf, quorumOf, signsIn } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { putUp } from "../stage.ts";

const SHORT_MS = 500;
const LONG_MS = 5_000;
/** Sentinel accepts a link that was down for ten times down-after when it notices. */
const FACTOR = 10;
/** The detection with the long down-after, votes and promotion, twice over. */
const WITHIN_MS = 13_000;

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, { downAfterMs: side === "mistake" ? SHORT_MS : LONG_MS });
  const { primary, redis, sentinels } = stage;
  const replicas = redis.slice(1);
  await Promise.all([...sentinels, primary].map((member) => member.kill()));
  const awayS = (FACTOR * SHORT_MS * slowness()) / 1_000 + 3;
  ground.say(`the primary is dead, and all Sentinels are away for ${awayS} s`);
  const look = async () => {
    const infos = await Promise.all(replicas.map((one) => one.call("INFO", "replication")));
    const down = infos.map((info) => Number(parseInfo(info).get("master_link_down_since_seconds")));
    return down.every((seconds) => seconds >= awayS) ? seen(undefined) : missing(down.join(", "));
  };
  await primary.until("the links to be down for long", look, { withinMs: 20_000 });
  const sinceMs = systemClock.monotonicMs();
  await Promise.all(sentinels.map((sentinel) => sentinel.start()));
  const outcome = await outcomeOf(stage, { old: primary, sinceMs, withinMs: WITHIN_MS });
  const aborts = await signsIn(stage, "-failover-abort-no-good-slave");
  const said = await quorumOf(stage);
  const { kind, seconds } = outcome;
  const signs = `${counted(aborts, "line")} with -failover-abort-no-good-slave`;
  return {
    isHarmed: kind === "unchanged" && aborts > 0 && said === "OK",
    isWhole: kind === "switched" && aborts === 0,
    says:
      kind === "unchanged"
        ? `CKQUORUM says ${said}; no failover in ${seconds} s; ${signs}`
        : `another primary took writes ${seconds} s after their return`,
    figures: { ckquorum: said, outcome: kind, seconds, aborts, awaySeconds: awayS },
  };
}

export const sen029: Proof = {
  rule: "SEN029",
  says: "The primary dies while all Sentinels are away, as in TILT or during an upgrade; then they are back.",
  secondsAtMost: 60,
  sides: { mistake: `down-after ${SHORT_MS} ms`, fix: `down-after ${LONG_MS} ms` },
  run,
};

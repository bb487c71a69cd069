// LIV013: a pause of writes that outlasts down-after costs a healthy primary its place.
import { slowness, systemClock } from "../../sys/clock.ts";
import type { Ground } from "../ground.ts";
import { outcomeOf, roleOf } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { DOWN_AFTER_MS, putUp } from "../stage.ts";

const LONG_MS = 4 * DOWN_AFTER_MS;
const SHORT_MS = 500;

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, {});
  const { primary } = stage;
  const pauseMs = (side === "mistake" ? LONG_MS : SHORT_MS) * slowness();
  ground.say(`CLIENT PAUSE ${pauseMs} WRITE on the primary`);
  const sinceMs = systemClock.monotonicMs();
  await primary.call("CLIENT", "PAUSE", String(pauseMs), "WRITE");
  const outcome = await outcomeOf(stage, { old: primary, sinceMs, withinMs: LONG_MS + DOWN_AFTER_MS });
  const { kind, seconds } = outcome;
  const isAlive = (await roleOf(primary).catch(() => undefined)) !== undefined;
  return {
    isHarmed: kind === "switched" && isAlive,
    isWhole: kind === "unchanged" && isAlive,
    says:
      kind === "switched"
        ? `the healthy primary was replaced after ${seconds} s`
        : `nothing happened in ${seconds} s`,
    figures: { outcome: kind, seconds, pauseMs },
  };
}

export const liv013: Proof = {
  rule: "LIV013",
  says: "Writes are paused on a healthy primary, as before a planned switch.",
  secondsAtMost: 60,
  sides: {
    mistake: `CLIENT PAUSE ${LONG_MS} WRITE, down-after ${DOWN_AFTER_MS} ms`,
    fix: `CLIENT PAUSE ${SHORT_MS} WRITE, down-after ${DOWN_AFTER_MS} ms`,
  },
  run,
};

// LIV013: a pause of writes that outlasts down-after costs a healthy primary its place.
import { slowness, systemClock } from "../../sys/clock.ts";
import type { Ground } from "../ground.ts";
import type { Member } from "../member.ts";
import { outcomeOf, roleOf } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { DOWN_AFTER_MS, putUp } from "../stage.ts";

const LONG_MS = 4 * DOWN_AFTER_MS;
const SHORT_MS = 500;
/** So long a write has to wait before anybody may call it paused. */
const HELD_MS = 400;

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, {});
  const { primary } = stage;
  const pauseMs = (side === "mistake" ? LONG_MS : SHORT_MS) * slowness();
  ground.say(`CLIENT PAUSE ${pauseMs} WRITE on the primary`);
  const sinceMs = systemClock.monotonicMs();
  await primary.call("CLIENT", "PAUSE", String(pauseMs), "WRITE");
  const heldMs = await msUntilAnswer(primary);
  const outcome = await outcomeOf(stage, { old: primary, sinceMs, withinMs: LONG_MS + DOWN_AFTER_MS });
  const { kind, seconds } = outcome;
  const isAlive = (await roleOf(primary).catch(() => undefined)) !== undefined;
  const isHeld = heldMs >= HELD_MS;
  const isTaken = (await primary.call("SET", "proof:after", "x").catch(() => undefined)) === "OK";
  return {
    isHarmed: kind === "switched" && isAlive && isHeld,
    isWhole: kind === "unchanged" && isTaken && isHeld,
    says:
      `a write waited for ${heldMs} ms or longer; ` +
      (kind === "switched"
        ? `the healthy primary was replaced after ${seconds} s`
        : `nothing else happened in ${seconds} s`),
    figures: { outcome: kind, seconds, pauseMs, heldMs, writeTakenAfterwards: isTaken },
  };
}

/** Of a write that is paused; a door waits for 1 s at most. */
async function msUntilAnswer(primary: Member): Promise<number> {
  const sinceMs = systemClock.monotonicMs();
  // No answer in time is one, too.
  await primary.call("SET", "proof:held", "x").catch(() => undefined);
  return Math.round(systemClock.monotonicMs() - sinceMs);
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

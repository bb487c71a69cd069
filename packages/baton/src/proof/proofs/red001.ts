// RED001: the old primary has no password for the new one, and never comes back.
import { counted } from "../../cluster/text.ts";
import { systemClock } from "../../sys/clock.ts";
import type { Ground } from "../ground.ts";
import { comesAbout, lookFollows, quorumOf, secondsSince, untilSwitched } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { GROUP, putUp } from "../stage.ts";

const PASSWORD = "of-this-proof";
/** To come back takes about 2 s. */
const WITHIN_MS = 10_000;

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, {
    password: PASSWORD,
    redis: (host) => {
      const knows = host > 1 || side === "fix";
      return [`requirepass ${PASSWORD}`, ...(knows ? [`masterauth ${PASSWORD}`] : [])];
    },
    sentinel: () => [`sentinel auth-pass ${GROUP} ${PASSWORD}`],
  });
  const { primary: old } = stage;
  await old.kill();
  const now = await untilSwitched(stage, old);
  ground.say(`${now.name} is primary; starting the old one again`);
  await old.start();
  const sinceMs = systemClock.monotonicMs();
  const isBack = await comesAbout(old, () => lookFollows(old, now), WITHIN_MS);
  const seconds = secondsSince(sinceMs);
  const refusals = await old.countLines("NOAUTH");
  const said = await quorumOf(stage);
  const inLog = `${counted(refusals, "line")} with NOAUTH in its log; CKQUORUM said ${said}`;
  return {
    isHarmed: !isBack && refusals > 0 && said === "OK",
    isWhole: isBack,
    says: isBack
      ? `the old primary was in sync again after ${seconds} s`
      : `the old primary was not back after ${seconds} s: ${inLog}`,
    figures: { back: isBack, seconds, refusals, ckquorum: said },
  };
}

export const red001: Proof = {
  rule: "RED001",
  says: "Redis asks for a password; the primary dies, is replaced, and is started again.",
  secondsAtMost: 60,
  sides: { mistake: "masterauth on the replicas only", fix: "masterauth on every node" },
  run,
};

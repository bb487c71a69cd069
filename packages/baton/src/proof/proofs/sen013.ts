// SEN013: Sentinels that are long gone still count when a majority is needed.
import { missing, seen } from "../../sys/wait.ts";
import { failoverProof } from "../failover-proof.ts";
import { signsIn } from "../outcome.ts";
import { acquaint, GROUP, type Stage } from "../stage.ts";

/** Where nobody is any more. */
const GONE = [61, 62, 63] as const;

/** One after the other, so that two at least keep watch, and each waits until it knows all again. */
async function forgetTheGone(stage: Stage): Promise<void> {
  for (const sentinel of stage.sentinels) {
    stage.ground.say(`SENTINEL RESET on ${sentinel.name}`);
    await sentinel.call("SENTINEL", "RESET", GROUP);
    await acquaint(stage);
  }
}

/** Before that they count as usable. */
async function untilMissed(stage: Stage): Promise<void> {
  const wanted = GONE.length * stage.sentinels.length;
  const look = async () => {
    const signs = await signsIn(stage, "+sdown sentinel");
    return signs >= wanted ? seen(undefined) : missing(`${signs} of ${wanted}`);
  };
  await stage.primary.until("+sdown of those that are gone", look, { withinMs: 10_000 });
}

export const sen013 = failoverProof({
  rule: "SEN013",
  says: "Three Sentinels were replaced by three others, and the primary dies.",
  sides: {
    mistake: "the old three are still known",
    fix: "SENTINEL RESET on one after the other while the primary lives",
  },
  plan: (_side, ground) => ({
    sentinel: () =>
      GONE.map((end) => {
        const id = `${end}`.padStart(40, "0");
        return `sentinel known-sentinel ${GROUP} ${ground.address(end)} 26379 ${id}`;
      }),
  }),
  prepare: async (stage, side) => {
    await untilMissed(stage);
    if (side === "fix") await forgetTheGone(stage);
  },
  sign: "-failover-abort-not-elected",
  quorum: "NOQUORUM",
});

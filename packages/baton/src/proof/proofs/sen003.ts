// SEN003: one blind Sentinel is enough to replace a healthy primary.
import { systemClock } from "../../sys/clock.ts";
import { missing, seen } from "../../sys/wait.ts";
import type { Ground } from "../ground.ts";
import { outcomeOf, untilFollows } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { putUp } from "../stage.ts";
import { startWriter } from "../writer.ts";

async function run(ground: Ground, side: Side): Promise<Observation> {
  const stage = await putUp(ground, { quorum: side === "mistake" ? 1 : 2, wires: true });
  const { primary, sentinels } = stage;
  const blind = sentinels[2] ?? primary;
  const writer = startWriter(primary);
  await writer.untilMore(50);
  ground.say(`${blind.name} does not reach the primary any more; all others do`);
  const sinceMs = systemClock.monotonicMs();
  ground.wires?.set(blind.name, primary.name, { kind: "cut" });
  const look = async () => {
    const count = await blind.countLines("+sdown master");
    return count > 0 ? seen(undefined) : missing("+sdown in its log");
  };
  await blind.until(`${blind.name} to take the primary for dead`, look, { withinMs: 15_000 });
  const outcome = await outcomeOf(stage, { old: primary, sinceMs });
  ground.wires?.heal();
  const now = outcome.kind === "switched" ? outcome.to : primary;
  // The old primary says no more from then on, and whatever it had taken meanwhile is gone.
  if (now !== primary) await untilFollows(primary, now);
  await writer.stop();
  const lost = await writer.lostOn(now);
  const acknowledged = writer.acknowledged();
  const { kind, seconds } = outcome;
  const losses = `${lost} of ${acknowledged} acknowledged writes lost`;
  return {
    isHarmed: kind === "switched" && lost > 0,
    isWhole: kind === "unchanged" && lost === 0,
    says:
      kind === "switched"
        ? `the healthy primary was replaced after ${seconds} s; ${losses}`
        : `nothing happened in ${seconds} s; ${losses}`,
    figures: { outcome: kind, seconds, lost, acknowledged },
  };
}

export const sen003: Proof = {
  rule: "SEN003",
  says: "One of three Sentinels loses sight of a healthy primary, which is being written to.",
  secondsAtMost: 60,
  sides: { mistake: "quorum 1", fix: "quorum 2" },
  run,
};

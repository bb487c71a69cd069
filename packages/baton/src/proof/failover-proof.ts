// The commonest proof: the primary dies, and with the mistake nobody takes its place.
import { counted } from "../cluster/text.ts";
import { systemClock } from "../sys/clock.ts";
import type { Ground } from "./ground.ts";
import { allFollow, comesAbout, outcomeOf, quorumOf, signsIn } from "./outcome.ts";
import type { Observation, Proof, Side } from "./proof.ts";
import {
  acquaint,
  lookAcquainted,
  type Plan,
  prepareStage,
  type Stage,
  startRedis,
  startSentinels,
} from "./stage.ts";

export interface FailoverProof extends Pick<Proof, "rule" | "says" | "sides"> {
  readonly plan: (side: Side, ground: Ground) => Plan;
  /** Words in a Sentinel's log by which it says that it tried, or saw the death, in vain. */
  readonly sign: string;
  /** What Sentinel says of itself before the stroke, with the mistake in place. */
  readonly quorum: "OK" | "NOQUORUM";
  /** Sentinels that never get to know each other are not waited for until they do. */
  readonly areStrangers?: boolean;
  /** Once all is up, before the stroke. */
  readonly prepare?: (stage: Stage, side: Side) => Promise<void>;
  /** The death of the primary's Redis by default. */
  readonly strike?: (stage: Stage) => Promise<void>;
}

/** As long as acquaintance takes, several times over. */
const STRANGERS_MS = 5_000;

async function run(proof: FailoverProof, ground: Ground, side: Side): Promise<Observation> {
  const stage = await prepareStage(ground, proof.plan(side, ground));
  await startRedis(stage);
  await startSentinels(stage);
  if (proof.areStrangers === true && side === "mistake")
    await comesAbout(stage.primary, () => lookAcquainted(stage), STRANGERS_MS);
  else await acquaint(stage);
  await proof.prepare?.(stage, side);
  const said = await quorumOf(stage);
  ground.say(`CKQUORUM says ${said}; killing the primary`);
  const sinceMs = systemClock.monotonicMs();
  await (proof.strike?.(stage) ?? stage.primary.kill());
  const outcome = await outcomeOf(stage, { old: stage.primary, sinceMs });
  const { kind, seconds } = outcome;
  const isFollowed = outcome.kind === "switched" && (await allFollow(stage, outcome.to));
  const signs = await signsIn(stage, proof.sign);
  const isUnchanged = kind === "unchanged";
  const told = `CKQUORUM said ${said}`;
  const inLog = `${counted(signs, "line")} with ${proof.sign} in Sentinels' logs`;
  return {
    isHarmed: isUnchanged && signs > 0 && said === proof.quorum,
    isWhole: isFollowed && said === "OK",
    says: isUnchanged
      ? `${told}; no failover in ${seconds} s; ${inLog}`
      : `${told}; another primary took writes after ${seconds} s, and ` +
        (isFollowed ? "all others follow it" : "not all others follow it"),
    figures: { ckquorum: said, outcome: kind, seconds, followed: isFollowed, signs },
  };
}

export function failoverProof(proof: FailoverProof): Proof {
  const { rule, says, sides } = proof;
  return { rule, says, sides, secondsAtMost: 60, run: (ground, side) => run(proof, ground, side) };
}

// RED015: an old primary that comes back takes writes until it is told that it is none.
import type { Ground } from "../ground.ts";
import { untilFollows, untilSwitched } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { putUp } from "../stage.ts";
import { startWriter } from "../writer.ts";

async function run(ground: Ground, side: Side): Promise<Observation> {
  const lines = side === "mistake" ? ["min-replicas-to-write 0"] : ["min-replicas-to-write 1"];
  const stage = await putUp(ground, { redis: () => [...lines, "min-replicas-max-lag 5"] });
  const { primary: old } = stage;
  await old.kill();
  const now = await untilSwitched(stage, old);
  ground.say(`${now.name} is primary; the old one is started, and its client writes to it`);
  const writer = startWriter(old);
  await old.start();
  await untilFollows(old, now);
  await writer.stop();
  const acknowledged = writer.acknowledged();
  const refused = writer.refused();
  const lost = await writer.lostOn(now);
  return {
    isHarmed: lost > 0,
    // It must have been asked: nothing is lost either where nobody reached it in time.
    isWhole: lost === 0 && refused > 0,
    says:
      `the old primary acknowledged ${acknowledged} writes and refused ${refused}; ` +
      `${lost} of those that it acknowledged are lost`,
    figures: { acknowledged, refused, lost },
  };
}

export const red015: Proof = {
  rule: "RED015",
  says: "The primary dies and is replaced; it is started again, and a client writes to its old address.",
  secondsAtMost: 60,
  sides: { mistake: "min-replicas-to-write 0", fix: "min-replicas-to-write 1" },
  run,
};

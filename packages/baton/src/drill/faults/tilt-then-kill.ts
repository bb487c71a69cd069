// A Sentinel whose clock has jumped stands aside (TILT), and just then the primary crashes.
import { BatonError } from "../../errors.ts";
import { openDoor } from "../../redis/door.ts";
import { asText } from "../../redis/replies.ts";
import { systemClock } from "../../sys/clock.ts";
import { missing, seen, waitFor } from "../../sys/wait.ts";
import { type Fault, type FaultInput, once } from "../fault.ts";
import { comesBack } from "../site.ts";

/** Sentinel calls it a jump when its timer, which runs ten times a second, is late by more than 2 s. */
const JUMP_MS = 2_500;

type Sentinel = FaultInput["lab"]["layout"]["sentinels"][number];

/** @throws BatonError NOT_READY when it is not in TILT: the fault would be another one. */
async function untilTilt(sentinel: Sentinel, { lab, signal }: FaultInput): Promise<void> {
  const { address, port, id } = sentinel;
  const { agent: password, tls } = lab.secrets;
  const door = openDoor({ address, port, username: "agent", password, tls, commandMs: 1_000 });
  try {
    const look = async () => {
      const said = asText(await door.call(["INFO", "sentinel"]), "INFO");
      return /^sentinel_tilt:1\s*$/m.test(said) ? seen(undefined) : missing("sentinel_tilt:1");
    };
    const patience = { withinMs: 5_000, everyMs: 50, signal };
    await waitFor(`the Sentinel on ${id} to be in TILT`, look, patience);
  } finally {
    door.close();
  }
}

export const tiltThenKill: Fault = {
  id: "tilt-then-kill",
  summary: "Make the clock of one Sentinel jump (TILT), then SIGKILL the primary: the others suffice.",
  needs: ["signals"],
  mark: { label: "killed", colour: "#bd5b33" },
  staleSince: "cure",
  async inject(input) {
    const { lab, primary, signal } = input;
    const sentinel = lab.layout.sentinels.at(-1);
    if (sentinel === undefined)
      throw new BatonError("UNABLE", `lab ${lab.name}: its cluster file has no Sentinel`);
    await lab.stop(sentinel.id, "sentinel");
    try {
      await systemClock.sleep(JUMP_MS, signal);
    } finally {
      await lab.cont(sentinel.id, "sentinel");
    }
    await untilTilt(sentinel, input);
    const { atMonotonicMs } = await lab.kill(primary, "redis");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `kill -9 redis on ${primary}, the primary; the Sentinel on ${sentinel.id} is in TILT`,
      cure: once(async () => {
        const started = await lab.start(primary, "redis");
        const sentence = `redis on ${primary} started again, ${comesBack(lab)}`;
        return { atMs: started.atMonotonicMs, sentence };
      }),
    };
  },
};

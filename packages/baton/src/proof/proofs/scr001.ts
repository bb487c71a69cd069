// SCR001: a script that takes Sentinel's arguments for others points everybody to the dead primary.
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { missing, seen } from "../../sys/wait.ts";
import type { Ground } from "../ground.ts";
import { untilSwitched } from "../outcome.ts";
import type { Observation, Proof, Side } from "../proof.ts";
import { GROUP, putUp } from "../stage.ts";

/** Sentinel passes: group, role, state, old address, old port, new address, new port. */
function scriptText(side: Side, endpoint: string): string {
  const address = side === "mistake" ? '"$4:$5"' : '"$6:$7"';
  return `#!/bin/sh\necho ${address} > "${endpoint}.$$" && mv "${endpoint}.$$" "${endpoint}"\n`;
}

async function run(ground: Ground, side: Side): Promise<Observation> {
  const script = join(ground.folder, "follow.sh");
  const endpoint = join(ground.folder, "endpoint");
  await writeFile(script, scriptText(side, endpoint));
  await chmod(script, 0o700);
  const stage = await putUp(ground, {
    sentinel: () => [`sentinel client-reconfig-script ${GROUP} ${script}`],
  });
  const { primary: old, redis } = stage;
  await old.kill();
  const now = await untilSwitched(stage, old);
  const look = async () => {
    const text = (await readFile(endpoint, "utf8")).trim();
    return text === "" ? missing("a line") : seen(text);
  };
  const written = await now.until("what the script wrote", look, { withinMs: 10_000 });
  const target = redis.find(({ address, port }) => written === `${address}:${port}`);
  const answer = await target?.call("SET", "proof:client", "x").catch((error: unknown) => error);
  const isTaken = answer === "OK";
  return {
    isHarmed: target === old && !isTaken,
    isWhole: target === now && isTaken,
    says: isTaken
      ? "the script wrote the address of the new primary, and a write there was taken"
      : "the failover worked, and the script wrote the address of the dead primary: no write was taken",
    figures: { target: target?.name ?? written, newPrimary: now.name, writeTaken: isTaken },
  };
}

export const scr001: Proof = {
  rule: "SCR001",
  says: "A client-reconfig-script writes down for clients where the primary is, and the primary dies.",
  secondsAtMost: 60,
  sides: { mistake: "takes $4 and $5 for the new primary", fix: "takes $6 and $7" },
  run,
};

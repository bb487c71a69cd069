// Whoever runs a switchover is killed at every one of its steps; the cluster heals, with every write.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pauseOf } from "../../packages/baton/src/switchover/pause.ts";
import { steps } from "../../packages/baton/src/switchover/steps.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { startBaton } from "./support/baton.ts";
import {
  lostOf,
  nodesOf,
  routerOf,
  theHome,
  theLab,
  useOneLab,
  whole,
  write,
} from "./support/switchover.ts";

useOneLab();

/** Who was primary when `whole` last looked. */
let present = "h1";

/** Kills whoever runs a switchover as soon as it has begun a step, and sees what becomes of the cluster. */
async function killedAt(
  step: string,
  who: string,
  start: () => () => Promise<boolean>,
  kill: () => Promise<void>,
) {
  const old = nodesOf().find(({ id }) => id === present) ?? { address: "", port: 0 };
  const routed = write(`${who}:${step}:router`, routerOf());
  const hardCoded = write(`${who}:${step}:old`, old);
  const hasBegun = start();
  const begun = async () => ((await hasBegun()) ? seen(true) : missing("its beginning"));
  await waitFor(`the step ${step}`, begun, { withinMs: 20_000, everyMs: 1 });
  await kill();
  const [group] = theLab().layout.groups;
  if (group === undefined) throw new Error("the lab has no group");
  // The promise is down-after and 5 s after the end of the pause.
  present = await whole(pauseOf(group) + group.timings.downAfterMs.value + 5_000);
  const had = routed.acknowledged.length;
  const again = () => (routed.acknowledged.length > had + 20 ? seen(true) : missing("writes"));
  await waitFor("writes through the router", again, { withinMs: 5_000 });
  await routed.stop();
  await hardCoded.stop();
  expect(await lostOf(`${who}:${step}:router`, routed, present)).toEqual([]);
  expect(await lostOf(`${who}:${step}:old`, hardCoded, present)).toEqual([]);
}

const names = steps.map(({ id }) => id);

test.each(names)(
  "kill -9 of the command at the step %s leaves a cluster that heals by itself, with every write",
  { timeout: 40_000 },
  async (step) => {
    let running: ReturnType<typeof startBaton> | undefined;
    const start = () => {
      const begun = startBaton(theHome(), ["switchover"]);
      running = begun;
      return () => Promise.resolve(begun.err().includes(`${step} begins`));
    };
    await killedAt(step, "command", start, async () => {
      running?.child.kill("SIGKILL");
      await running?.done;
    });
  },
);

test.each(names)(
  "kill -9 of the agent that runs it at the step %s leaves a cluster that heals by itself, with every write",
  { timeout: 40_000 },
  async (step) => {
    const agent = theLab().layout.agents.find(({ id }) => id === "h2") ?? { httpAddress: "", port: 0 };
    const journal = join(theLab().directory, "h2", "agent", "journal.jsonl");
    const from = (await readFile(journal, "utf8")).length;
    const token = (await readFile(join(theLab().directory, "secrets", "token"), "utf8")).trim();
    const start = () => {
      const asked = fetch(`http://${agent.httpAddress}:${agent.port}/api/switchover`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: "{}",
      });
      // It is killed before it can answer.
      asked.catch(() => undefined);
      return async () => (await readFile(journal, "utf8")).slice(from).includes(`${step} begins`);
    };
    await killedAt(step, "agent", start, async () => void (await theLab().kill("h2", "agent")));
    await theLab().start("h2", "agent");
  },
);

// A planned handover on real processes: under load, twice at once, refused, and killed at every step.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { asList, Fields, parseRole } from "../../packages/baton/src/redis/replies.ts";
import { steps } from "../../packages/baton/src/switchover/steps.ts";
import type { SwitchoverResult } from "../../packages/baton/src/switchover/types.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

let home: string;
let lab: LabHandle;
const toClose: { close(): void }[] = [];

beforeAll(async () => {
  home = await makeHome();
  await labUp(home, "--no-wires");
  lab = await attachLab("lab", { BATON_HOME: home });
}, 60_000);
afterEach((context) => {
  keepEvidence(context, home);
  for (const one of toClose.splice(0)) one.close();
});
afterAll(async () => {
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

function door(plan: { readonly address: string; readonly port: number }, username?: string): Door {
  const { agent, application } = lab.secrets;
  const login = username === "agent" ? { username, password: agent } : { password: application };
  const opened = openDoor({ ...plan, ...login, connectMs: 1_000, commandMs: 1_000 });
  toClose.push(opened);
  return opened;
}
const nodesOf = () => lab.layout.groups[0]?.nodes ?? [];
const resultOf = (out: string) => JSON.parse(out) as SwitchoverResult;

/** Everything a switchover may have touched, as it should be when none is under way. */
async function whole(withinMs: number): Promise<string> {
  const doors = nodesOf().map((plan) => ({ plan, door: door(plan, "agent") }));
  const sentinels = lab.layout.sentinels.map((plan) => door(plan, "agent"));
  const look = async () => {
    const primaries: string[] = [];
    for (const { plan, door } of doors) {
      const [said, note, priority, pings] = await door.batch([
        ["ROLE"],
        ["GET", "baton:main:handover"],
        ["CONFIG", "GET", "replica-priority"],
        ["CONFIG", "GET", "repl-ping-replica-period"],
      ]);
      const role = parseRole(said);
      if (role.kind === "primary") primaries.push(plan.id);
      else if (role.link !== "connected") return missing(`${plan.id} follows, link ${role.link}`);
      if (note !== null) return missing(`${plan.id} holds a note of a switchover`);
      if (asList(priority, "priority")[1] !== "100") return missing(`${plan.id} has a priority`);
      if (asList(pings, "pings")[1] !== "2") return missing(`${plan.id} has rare pings`);
    }
    const [primary] = nodesOf().filter(({ id }) => primaries.includes(id));
    if (primary === undefined || primaries.length !== 1)
      return missing(`primaries: ${primaries.join(", ")}`);
    for (const sentinel of sentinels) {
      const fields = new Fields(await sentinel.call(["SENTINEL", "MASTER", "main"]), "SENTINEL MASTER");
      if (fields.text("ip") !== primary.address || fields.text("flags") !== "master")
        return missing(`a Sentinel says ${fields.text("ip")} ${fields.text("flags")}`);
    }
    return seen(primary.id);
  };
  return await waitFor("the cluster to be whole", look, { withinMs, everyMs: 100 });
}

interface Writer {
  readonly acknowledged: number[];
  closed: number;
  stop(): Promise<void>;
}

/** Writes one id after the other to a list of its own; never repeats one. */
function write(key: string, plan: { readonly address: string; readonly port: number }): Writer {
  const redis = new Redis({
    host: plan.address,
    port: plan.port,
    password: lab.secrets.application,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
    retryStrategy: () => 20,
  });
  const stopping = new AbortController();
  const acknowledged: number[] = [];
  const run = async () => {
    for (let id = 1; !stopping.signal.aborted; id += 1) {
      const written = await redis.rpush(key, id).then(
        () => true,
        () => false,
      );
      if (written) acknowledged.push(id);
      else await systemClock.sleep(5);
    }
  };
  const running = run();
  const writer = {
    acknowledged,
    closed: 0,
    async stop() {
      stopping.abort();
      await running;
      redis.disconnect();
    },
  };
  redis.on("error", () => undefined).on("close", () => (writer.closed += 1));
  const close = () => {
    stopping.abort();
    redis.disconnect();
  };
  toClose.push({ close });
  return writer;
}

async function lostOf(key: string, { acknowledged }: Writer): Promise<readonly number[]> {
  const primary = nodesOf().find(({ id }) => id === present);
  if (primary === undefined) throw new Error("no primary");
  const found = asList(await door(primary).call(["LRANGE", key, "0", "-1"]), "a list").map(Number);
  expect(new Set(found).size).toBe(found.length);
  const there = new Set(found);
  return acknowledged.filter((id) => !there.has(id));
}
/** Who was primary when `whole` last looked. */
let present = "h1";

test("under load: no write is lost, clients are cut once, and no node resyncs in full", async () => {
  const [router] = lab.layout.routers;
  const writers = [1, 2, 3, 4].map((number) =>
    write(`load:${number}`, router ?? { address: "", port: 0 }),
  );
  const busy = () =>
    writers.every(({ acknowledged }) => acknowledged.length > 50) ? seen(true) : missing("writes");
  await waitFor("every client to write", busy, { withinMs: 10_000 });
  const closedBefore = writers.map(({ closed }) => closed);
  const ran = await baton(home, ["switchover", "--to", "h2", "--json"]);
  const result = resultOf(ran.out);
  expect([ran.code, result.outcome, result.late], ran.err).toEqual([0, "done", false]);
  expect(result).toMatchObject({ from: "h1", to: "h2", fullResyncs: 0 });
  present = await whole(5_000);
  expect(present).toBe("h2");
  const had = writers.map(({ acknowledged }) => acknowledged.length);
  const again = () =>
    writers.every(({ acknowledged }, index) => acknowledged.length > (had[index] ?? 0) + 20)
      ? seen(true)
      : missing("writes");
  await waitFor("every client to write again", again, { withinMs: 10_000 });
  const closed = writers.map((writer, index) => writer.closed - (closedBefore[index] ?? 0));
  expect(Math.max(...closed), "closed connections of a client").toBeLessThanOrEqual(1);
  for (const writer of writers) await writer.stop();
  for (const [index, writer] of writers.entries()) {
    expect(await lostOf(`load:${index + 1}`, writer)).toEqual([]);
  }
  const conf = await readFile(join(lab.directory, "h2", "redis.conf"), "utf8");
  expect(conf).toMatch(/^replica-priority 100$/m);
});

test("two at once: one wins, the other is refused and changes nothing", async () => {
  const both = await Promise.all([
    baton(home, ["switchover", "--json"]),
    baton(home, ["switchover", "--json"]),
  ]);
  const outcomes = both.map(({ out }) => resultOf(out).outcome).sort();
  expect(outcomes).toEqual(["done", "refused"]);
  present = await whole(5_000);
});

test("refused, with the reason, when the target is not fit, and nothing is touched", async () => {
  const replica = nodesOf().find(({ id }) => id !== present)?.host ?? "";
  await lab.stop(replica);
  const ran = await baton(home, ["switchover", "--to", replica, "--json"]);
  await lab.cont(replica);
  expect(ran.code).toBe(1);
  expect(resultOf(ran.out)).toMatchObject({ outcome: "refused", steps: [] });
  expect(resultOf(ran.out).reason).toContain(`${replica} does not answer`);
  present = await whole(10_000);
});

test("maintenance: agents only watch, and end it by themselves", async () => {
  const paused = await baton(home, ["pause", "--for", "2s", "--json"]);
  expect(paused.code).toBe(0);
  const ran = await baton(home, ["switchover", "--json"]);
  expect(resultOf(ran.out).reason).toContain("paused until");
  const look = async () => {
    const { out } = await baton(home, ["status", "--json"]);
    return out.includes('"maintenance"') ? missing("the end of the pause") : seen(true);
  };
  await waitFor("the pause to end", look, { withinMs: 8_000 });
});

/** Kills whoever runs a switchover as soon as it has begun a step, and sees what becomes of the cluster. */
async function killedAt(
  step: string,
  who: string,
  start: () => () => Promise<boolean>,
  kill: () => Promise<void>,
) {
  const old = nodesOf().find(({ id }) => id === present) ?? { address: "", port: 0 };
  const [router] = lab.layout.routers;
  const routed = write(`${who}:${step}:router`, router ?? old);
  const hardCoded = write(`${who}:${step}:old`, old);
  const hasBegun = start();
  const begun = async () => ((await hasBegun()) ? seen(true) : missing("its beginning"));
  await waitFor(`the step ${step}`, begun, { withinMs: 10_000, everyMs: 1 });
  await kill();
  const { downAfterMs } = lab.layout.groups[0]?.timings ?? {};
  // The pause is 1500 ms at most; the promise is down-after and 5 s after its end.
  present = await whole(1_500 + (downAfterMs?.value ?? 0) + 5_000);
  const had = routed.acknowledged.length;
  const again = () => (routed.acknowledged.length > had + 20 ? seen(true) : missing("writes"));
  await waitFor("writes through the router", again, { withinMs: 5_000 });
  await routed.stop();
  await hardCoded.stop();
  expect(await lostOf(`${who}:${step}:router`, routed)).toEqual([]);
  expect(await lostOf(`${who}:${step}:old`, hardCoded)).toEqual([]);
}

const names = steps.map(({ id }) => id);

test.each(names)(
  "kill -9 of the command at the step %s leaves a cluster that heals by itself, with every write",
  { timeout: 40_000 },
  async (step) => {
    let running: ReturnType<typeof startBaton> | undefined;
    const start = () => {
      const begun = startBaton(home, ["switchover"]);
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
    const agent = lab.layout.agents.find(({ id }) => id === "h2") ?? { httpAddress: "", port: 0 };
    const journal = join(lab.directory, "h2", "agent", "journal.jsonl");
    const from = (await readFile(journal, "utf8")).length;
    const token = (await readFile(join(lab.directory, "secrets", "token"), "utf8")).trim();
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
    await killedAt(step, "agent", start, async () => void (await lab.kill("h2", "agent")));
    await lab.start("h2", "agent");
  },
);

// The agent and the router on real processes: what they do when the world, or they themselves, are
// not to be trusted.
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { subscribe } from "../../packages/baton/src/redis/subscriber.ts";
import { Fields } from "../../packages/baton/src/redis/replies.ts";
import type { GroupStatus, Status } from "../../packages/baton/src/status/status.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

let home: string;
let lab: LabHandle;
const toClose: { close(): void }[] = [];

beforeEach(async () => {
  home = await makeHome();
  await labUp(home, "--no-wires");
  lab = await attachLab("lab", { BATON_HOME: home });
});
afterEach(async (context) => {
  keepEvidence(context, home);
  for (const one of toClose.splice(0)) one.close();
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

const agentDoor = (address: string, port: number): Door => {
  const door = openDoor({
    address,
    port,
    username: "agent",
    password: lab.secrets.agent,
    commandMs: 1_000,
  });
  toClose.push(door);
  return door;
};
const sentinelDoor = (host: string): Door => {
  const plan = lab.layout.sentinels.find(({ id }) => id === host);
  return agentDoor(plan?.address ?? "", plan?.port ?? 0);
};
/**
 * Least rights leave no user that may do everything: this one is added to the process' own
 * configuration.
 */
async function chaosDoor(host: string, kind: "redis" | "sentinel"): Promise<Door> {
  const config = join(lab.directory, host, `${kind}.conf`);
  if (!(await readFile(config, "utf8")).includes("user chaos")) {
    await lab.kill(host, kind);
    await appendFile(config, "user chaos on nopass ~* allchannels allcommands\n");
    await lab.start(host, kind);
  }
  const plans = kind === "sentinel" ? lab.layout.sentinels : (lab.layout.groups[0]?.nodes ?? []);
  const plan = plans.find(({ id }) => id === host);
  const door = openDoor({
    address: plan?.address ?? "",
    port: plan?.port ?? 0,
    username: "chaos",
    password: "any",
  });
  toClose.push(door);
  await waitFor(`${kind} to answer`, async () => seen(await door.call(["PING"])), { withinMs: 5_000 });
  return door;
}
/** Through the router, as an application. */
const routerDoor = (): Door => {
  const [router] = lab.layout.routers;
  const password = lab.secrets.application;
  const door = openDoor({
    address: router?.address ?? "",
    port: router?.port ?? 0,
    password,
    connectMs: 2_000,
    commandMs: 2_000,
  });
  toClose.push(door);
  return door;
};

async function groupSeenBy(host: string): Promise<GroupStatus> {
  const plan = lab.layout.agents.find(({ id }) => id === host);
  const response = await fetch(`http://${plan?.address}:${plan?.port}/status`, {
    signal: AbortSignal.timeout(2_000),
  });
  const [group] = ((await response.json()) as Status).groups;
  if (group === undefined) throw new Error("an agent without a group");
  return group;
}

async function untilRoute(
  host: string,
  wanted: (route: GroupStatus["route"]) => boolean,
  withinMs = 10_000,
): Promise<void> {
  const look = async () => {
    const { route } = await groupSeenBy(host);
    return wanted(route) ? seen(true) : missing(`the route is ${JSON.stringify(route)}`);
  };
  await waitFor(`the route of the agent on ${host}`, look, { withinMs, everyMs: 20 });
}

async function untilLogged(host: string, pattern: RegExp, withinMs = 10_000): Promise<string> {
  const look = async () => {
    const found = pattern.exec(await readFile(join(lab.directory, host, "agent.log"), "utf8"));
    return found === null ? missing(`a line like ${String(pattern)}`) : seen(found[0]);
  };
  return await waitFor(`the log of the agent on ${host}`, look, { withinMs });
}

const isTo = (host: string) => (route: GroupStatus["route"]) =>
  route.kind === "primary" && route.host === host;

test("an agent that stood still holds first, says for how long, and then goes on", async () => {
  await untilRoute("app", isTo("h1"));
  await lab.stop("app", "agent");
  const stopped = performance.now();
  await waitFor(
    "a second and a half",
    () => (performance.now() - stopped > 1_500 ? seen(true) : missing("time")),
    {
      withinMs: 3_000,
    },
  );
  await lab.cont("app", "agent");
  const said = await untilLogged("app", /holding: in doubt: this process stood still for (\d+) ms/);
  expect(Number(/\d+/.exec(said)?.[0])).toBeGreaterThan(1_300);
  await untilRoute("app", isTo("h1"));
  expect(await routerDoor().call(["SET", "after", "the stall"])).toBe("OK");
});

test("an early route that no majority confirms is withdrawn until one does", async () => {
  await untilRoute("app", isTo("h1"));
  // The others freeze when the leader has sent the promotion: nobody is left to confirm it.
  const frozen: Promise<unknown>[] = [];
  const channels = ["+failover-state-wait-promotion"];
  for (const { id, address, port } of lab.layout.sentinels) {
    const others = lab.layout.sentinels.filter((sentinel) => sentinel.id !== id);
    const freeze = () => void frozen.push(...others.map((other) => lab.stop(other.id, "sentinel")));
    const login = { address, port, username: "agent", password: lab.secrets.agent };
    toClose.push(subscribe(login, { channels }, freeze));
  }
  await lab.kill("h1", "redis");
  await untilRoute("app", (route) => route.kind === "primary" && !route.confirmed);
  const isWithdrawn = (route: GroupStatus["route"]) =>
    route.kind === "none" && route.reason.startsWith("withdrawn: no majority confirmed");
  await untilRoute("app", isWithdrawn, 5_000);
  await Promise.all(frozen);
  for (const { id } of lab.layout.sentinels) await lab.cont(id, "sentinel");
  await untilRoute(
    "app",
    (route) => route.kind === "primary" && route.confirmed && route.host !== "h1",
    40_000,
  );
  expect(await routerDoor().call(["SET", "after", "the confirmation"])).toBe("OK");
});

test("a minority of Sentinels changes nothing, and the rest heals it", async () => {
  await untilRoute("app", isTo("h1"));
  await lab.kill("h2", "sentinel");
  await lab.kill("h3", "sentinel");
  // A forced failover needs no vote: the Sentinel that is left does it all by itself.
  await sentinelDoor("h1").call(["SENTINEL", "FAILOVER", "main"]);
  await untilLogged("app", /holding: 1 of 3 Sentinels answer and 2 are needed/);
  const named = async () => {
    const reply = (await sentinelDoor("h1").call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"])) as [
      string,
      string,
    ];
    const [address] = reply;
    return address !== "127.0.0.1" && address !== lab.layout.groups[0]?.firstPrimary.address
      ? seen(true)
      : missing(address);
  };
  await waitFor("the lonely Sentinel to name another primary", named, { withinMs: 10_000 });
  const { route, problems } = await groupSeenBy("app");
  expect(route).toMatchObject({ kind: "primary", host: "h1", epoch: 0 });
  expect(problems.map(({ code }) => code)).toContain("sentinels-silent");
  await lab.start("h2", "sentinel");
  await lab.start("h3", "sentinel");
  await untilRoute(
    "app",
    (found) => found.kind === "primary" && found.host !== "h1" && found.epoch > 0,
    20_000,
  );
  expect(await routerDoor().call(["SET", "after", "the majority"])).toBe("OK");
});

test("no route to an older epoch than one already seen, not even after a restart", async () => {
  await lab.kill("h2", "agent");
  await writeFile(join(lab.directory, "h2/agent/epochs.json"), JSON.stringify({ main: 41 }));
  await lab.start("h2", "agent");
  await untilLogged("h2", /holding: epoch 0 is older than 41, already seen/);
  const { route, problems } = await groupSeenBy("h2");
  expect(route.kind).toBe("none");
  expect(problems.map(({ code }) => code)).toContain("epoch-older");
});

test("an agent whose memory of epochs is damaged refuses to start, and says what to do", async () => {
  await lab.kill("h2", "agent");
  await writeFile(join(lab.directory, "h2/agent/epochs.json"), "{ not json");
  await expect(lab.start("h2", "agent")).rejects.toThrow(/not a file of epochs/);
});

test("a Sentinel that restarted gets its timers back from the agent beside it", async () => {
  const periods = async () =>
    new Fields(await sentinelDoor("h3").call(["SENTINEL", "DEBUG"]), "SENTINEL DEBUG");
  const tuned = async () => {
    const fields = await periods();
    const found = [
      fields.integer("TILT-PERIOD"),
      fields.integer("INFO-PERIOD"),
      fields.integer("PUBLISH-PERIOD"),
    ];
    return String(found) === "9000,1000,500" ? seen(true) : missing(`timers ${String(found)}`);
  };
  await waitFor("the timers", tuned, { withinMs: 5_000 });
  await lab.kill("h3", "sentinel");
  await lab.start("h3", "sentinel");
  await waitFor("the timers after the restart", tuned, { withinMs: 5_000 });
});

test("the router keeps new clients waiting while there is no primary, and then serves them", async () => {
  await untilRoute("app", isTo("h1"));
  await lab.kill("h1", "redis");
  const [router] = lab.layout.routers;
  const password = lab.secrets.application;
  const patient = openDoor({
    address: router?.address ?? "",
    port: router?.port ?? 0,
    password,
    connectMs: 10_000,
    commandMs: 10_000,
  });
  toClose.push(patient);
  // One call, begun while nobody takes writes: it is answered late, and it is answered well.
  expect(await patient.call(["SET", "patience", "rewarded"])).toBe("OK");
  await untilRoute("app", (route) => route.kind === "primary" && route.host !== "h1" && route.confirmed);
  expect(await routerDoor().call(["GET", "patience"])).toBe("rewarded");
});

test("agents, Sentinels and nodes never ask for what their user may not", async () => {
  const redis = await chaosDoor("h3", "redis");
  const sentinel = await chaosDoor("h3", "sentinel");
  const entries = async () => {
    const agents = ((await redis.call(["CLIENT", "LIST"])) as string).match(/user=agent/g) ?? [];
    const listening = (
      (await redis.call(["PUBSUB", "NUMSUB", "__sentinel__:hello"])) as [string, number]
    )[1];
    // Four agents ask ROLE on one connection each and listen on another; three Sentinels listen too.
    return agents.length >= 8 && listening >= 7
      ? seen(true)
      : missing(`${agents.length} agents, ${listening} ears`);
  };
  await waitFor("everybody to be connected to h3 again", entries, { withinMs: 10_000 });
  await untilRoute("h3", isTo("h1"));
  await lab.kill("h1", "redis");
  await untilRoute("h3", (route) => route.kind === "primary" && route.confirmed && route.host !== "h1");
  expect(await redis.call(["ACL", "LOG"])).toEqual([]);
  expect(await sentinel.call(["ACL", "LOG"])).toEqual([]);
});

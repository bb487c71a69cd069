// Which replicas must confirm a write, on real processes: a frozen, a killed and a cut-off replica leave the
// set only when no Sentinel can promote them, and are back in it when they have caught up.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { excludeReplica } from "../../packages/baton/src/act/exclude.ts";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import {
  groupQuestions,
  selfQuestions,
  sentinelSelf,
  sentinelView,
} from "../../packages/baton/src/observe/sentinel-view.ts";
import { asList } from "../../packages/baton/src/redis/replies.ts";
import type { GroupStatus, Status } from "../../packages/baton/src/status/status.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";

let home: string;
let lab: LabHandle;
const toClose: Door[] = [];

beforeAll(async () => {
  home = await makeHome();
  const file = join(home, "replicated.yml");
  await writeFile(file, `${defaultCluster}router: { durability: replicated }\n`);
  await labUp(home, "--file", file);
  lab = await attachLab("lab", { BATON_HOME: home });
}, 60_000);
afterEach((context) => {
  keepEvidence(context, home);
  for (const door of toClose.splice(0)) door.close();
});
afterAll(async () => {
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

function door(plan: { readonly address: string; readonly port: number }): Door {
  const password = lab.secrets.agent;
  const opened = openDoor({ ...plan, username: "agent", password, connectMs: 1_000, commandMs: 1_000 });
  toClose.push(opened);
  return opened;
}
const nodeNamed = (id: string) => {
  const plan = lab.layout.groups[0]?.nodes.find((node) => node.id === id);
  return plan ?? expect.fail(`the lab has no node ${id}`);
};

/** As the agent of h2 sees it, from which nothing is cut off. */
async function group(): Promise<GroupStatus> {
  const url = (await lab.status()).hosts.find(({ name }) => name === "h2")?.agent?.url ?? "";
  const response = await fetch(`${url}/api/state`, { signal: AbortSignal.timeout(2_000) });
  const [first] = ((await response.json()) as Status).groups;
  return first ?? expect.fail("the agent knows no group");
}

async function untilAsked(what: string, names: readonly string[], withinMs: number): Promise<void> {
  const look = async () => {
    const { confirmations: found } = await group();
    const isSo = found.kind === "asked" && [...found.names].sort().join() === names.join();
    return isSo ? seen(found) : missing(JSON.stringify(found));
  };
  const found = await waitFor(what, look, { withinMs, everyMs: 50 });
  expect(found.replicas).toBe(names.length);
}

async function priorityOf(id: string): Promise<unknown> {
  const reply = await door(nodeNamed(id)).call(["CONFIG", "GET", "replica-priority"]);
  return asList(reply, "CONFIG GET")[1];
}

/** How each of the three Sentinels lists a node at this moment. */
async function listings(id: string) {
  const { address } = nodeNamed(id);
  const asked = lab.layout.sentinels.map(async (plan) => {
    const sentinel = door(plan);
    const self = sentinelSelf(await sentinel.batch(selfQuestions));
    const view = sentinelView(plan.id, await sentinel.batch(groupQuestions("main")), self);
    return view.kind === "heard"
      ? view.replicas.find((replica) => replica.address === address)
      : undefined;
  });
  return await Promise.all(asked);
}

type Listing = Awaited<ReturnType<typeof listings>>[number];

async function untilWhole(primary: string): Promise<void> {
  const others = ["h1", "h2", "h3"].filter((id) => id !== primary);
  await untilAsked(`${others.join(" and ")} to be asked`, others, 40_000);
  const look = async () => {
    const priorities = await Promise.all(others.map(priorityOf));
    return priorities.join() === "100,100" ? seen(true) : missing(priorities.join());
  };
  await waitFor("everybody's priority", look, { withinMs: 20_000, everyMs: 100 });
  await untilAsked("both after that", others, 10_000);
}

async function untilFollows(id: string): Promise<void> {
  const look = async () => {
    const node = (await group()).nodes.find((one) => one.id === id);
    return node?.link === "connected" ? seen(node) : missing(`${id} is ${node?.role}, ${node?.link}`);
  };
  await waitFor(`${id} to follow`, look, { withinMs: 20_000, everyMs: 50 });
}

test("a frozen replica must confirm until all Sentinels find it down, and again when it thaws", async () => {
  await untilWhole("h1");
  await lab.stop("h3");
  const { confirmations: before } = await group();
  expect(before).toMatchObject({ kind: "asked", replicas: 2 });
  await untilAsked("h3 not to be asked", ["h2"], 15_000);
  for (const found of await listings("h3")) expect(found?.flags).toContain("s_down");
  await lab.cont("h3");
  await untilWhole("h1");
});

test("a killed replica must confirm until all Sentinels find it down, and again once back", async () => {
  await lab.kill("h3");
  await untilAsked("h3 not to be asked", ["h2"], 15_000);
  for (const found of await listings("h3")) expect(found?.flags).toContain("s_down");
  await lab.start("h3");
  await untilWhole("h1");
});

test("a replica cut off from its primary is let off once nobody promotes it, and comes back", async () => {
  const cut = await baton(home, ["lab", "cut", "h1", "h3"]);
  expect(cut.code, cut.err).toBe(0);
  await untilAsked("h3 not to be asked", ["h2"], 30_000);
  expect(await priorityOf("h3")).toBe("0");
  // That of h1 is cut off from it too, and can only find it down.
  const refuses = (one: Listing) => one?.priority === 0 || one?.flags.includes("s_down");
  expect((await listings("h3")).map(refuses)).toEqual([true, true, true]);
  const { problems } = await group();
  expect(problems.map(({ code }) => code)).toContain("replica-excluded");
  const config = await readFile(join(lab.directory, "h3", "redis.conf"), "utf8");
  expect(config).toMatch(/^replica-priority 0$/m);
  const healed = await baton(home, ["lab", "heal"]);
  expect(healed.code, healed.err).toBe(0);
  await untilWhole("h1");
  const look = async () => {
    const { problems: left } = await group();
    return left.length === 0 ? seen(left) : missing(JSON.stringify(left));
  };
  await waitFor("no problem to be left", look, { withinMs: 5_000 });
});

test("a replica is not excluded when another agent has excluded the other one at the same time", async () => {
  const hands = {
    node: (id: string) => door(nodeNamed(id)),
    assertStillAgreed: () => Promise.resolve(),
  };
  const { address, port } = nodeNamed("h1");
  const about = {
    primary: { address, port },
    epoch: 0,
    priority: 100,
    beside: ["h2"],
    reason: "a test",
  };
  const deed = { kind: "exclude-replica", node: "h3", ...about } as const;
  await hands.node("h2").call(["CONFIG", "SET", "replica-priority", "0"]);
  await expect(excludeReplica(hands, deed)).rejects.toThrow("nobody but h3 could be promoted");
  expect(await priorityOf("h3")).toBe("100");
  await untilWhole("h1");
});

test("after a failover the other replica must confirm, and the old primary once it keeps up", async () => {
  await lab.kill("h1");
  const look = async () => {
    const { route } = await group();
    return route.kind === "primary" && route.host !== "h1" ? seen(route.host) : missing(route.kind);
  };
  const next = await waitFor("a new primary", look, { withinMs: 20_000, everyMs: 20 });
  const other = next === "h2" ? "h3" : "h2";
  await untilAsked(`${other} alone to be asked`, [other], 10_000);
  await untilFollows(other);
  await lab.start("h1");
  // It came back as a primary, and was fenced. Until it has caught up nobody may promote it; or, where the
  // fence came before the other replica was known to keep up, it has to confirm too.
  await untilFollows("h1");
  const isBarred = (await priorityOf("h1")) === "0";
  const { confirmations } = await group();
  const names = confirmations.kind === "asked" ? confirmations.names : [];
  expect(isBarred || names.includes("h1"), `asked are ${names.join(", ")}`).toBe(true);
  await untilWhole(next);
});

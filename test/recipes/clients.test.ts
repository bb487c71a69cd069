// The recipes in every language against a cluster that is well, as people set it up by hand.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { asList } from "../../packages/baton/src/redis/replies.ts";
import { openRouter } from "../../packages/baton/src/router/router.ts";
import { slowness } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { DrillClients } from "../scenario/support/drill-client.ts";
import { buildCpp, recipes } from "../scenario/support/recipes.ts";
import { type StockCluster, startStockCluster } from "../scenario/support/stock-cluster.ts";

const NETWORK = "127.0.88";
const [PASSWORD, WRONG] = ["tulip-of-the-drill", "rose-of-nobody"];
const FIRST = `${NETWORK}.1`;
const sentinels = [1, 2, 3].map((number) => `${NETWORK}.${number}:26379`);
const clients = new DrillClients({ way: "sentinel", sentinels, group: "main", password: PASSWORD });
const table = recipes.map((recipe) => [recipe.label, recipe] as const);

let cluster: StockCluster;
beforeAll(async () => {
  await buildCpp();
  cluster = await startStockCluster({ network: NETWORK, password: PASSWORD, flags: [] });
}, 300_000);
afterAll(async () => {
  await cluster.close();
});
afterEach(async () => {
  for (const { label, said } of await clients.endAll())
    expect(said, `${label} shows a password`).not.toMatch(new RegExp(`${PASSWORD}|${WRONG}`));
});

const node = () => cluster.memberAt(FIRST).redis;
async function idsAt(key: string): Promise<readonly number[]> {
  return asList(await node().call(["LRANGE", key, "0", "-1"]), key).map(Number);
}

test.each(table)(
  "%s writes to the primary, reads from a replica, and ends at once",
  async (_, recipe) => {
    const client = await clients.open(recipe);
    expect(await client.read()).toMatchObject({ kind: "value", last: null });
    for (let count = 0; count < 20; count += 1) await client.write();
    expect(client.acknowledged).toHaveLength(20);
    expect(await idsAt(client.key)).toEqual(client.acknowledged);
    expect(client.events()).toEqual([{ kind: "primary", address: `${FIRST}:6379` }]);
    const look = async () => {
      const { last } = await client.read();
      return last === 20 ? seen(last) : missing(`the replica says ${String(last)}`);
    };
    await waitFor("the replica to have it all", look, { withinMs: 5_000 });
    const connected = String(await node().call(["CLIENT", "LIST"]));
    expect(connected, "reads went to the primary").not.toContain("cmd=lrange");
    const { code, tookMs } = await client.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(1_000);
  },
);

test.each(table)("%s tells a wrong password at once", async (_, recipe) => {
  for (const [password, error] of [
    [WRONG, "WRONGPASS"],
    ["", "NOAUTH"],
  ]) {
    const client = await clients.open(recipe, { password });
    const { line, tookMs } = await client.write();
    expect(line).toEqual({ kind: "not-done", id: 1, error });
    expect(tookMs).toBeLessThan(1_000 * slowness());
  }
});

test.each(table)("%s ends with the end of its input, and says what it cannot do", async (_, recipe) => {
  const client = await clients.open(recipe);
  client.endInput();
  expect(await client.ended()).toBe(0);
  const other = clients.start(recipe, { way: "pigeon" });
  await other.heard("unable", ({ kind }) => kind === "unable");
  expect(await other.ended()).toBe(3);
});

test.each(table)("%s gives the answer that it owes before it stops", async (_, recipe) => {
  const client = await clients.open(recipe);
  // It opens its connections first: the longest that a write takes while everybody is well.
  client.say({ kind: "write", id: 1 });
  expect((await client.stop()).code).toBe(0);
  expect(client.lines.at(-1)).toEqual({ kind: "done", id: 1 });
  expect(await idsAt(client.key)).toEqual([1]);
});

test.each(table)("%s ends within a second in a call that nobody answers", async (_, recipe) => {
  const nobody = { way: "router", router: `${NETWORK}.9:6379`, retryForMs: 60_000 };
  const client = await clients.open(recipe, nobody);
  client.say({ kind: "write", id: 1 });
  const { code, tookMs } = await client.stop();
  expect(code, client.said).toBe(0);
  expect(tookMs).toBeLessThan(1_000 * slowness());
  expect(client.lines.filter(({ id }) => id === 1)).toEqual([]);
});

test.each(table)("%s has its library alone beside it, for comparison", async (_, recipe) => {
  const client = await clients.open(recipe, {}, ["--default"]);
  const { name } = await client.heard("ready", ({ kind }) => kind === "ready");
  expect(name).toMatch(/, default$/);
  expect((await client.write()).line).toEqual({ kind: "done", id: 1 });
  expect(await idsAt(client.key)).toEqual([1]);
  expect(await client.read()).toMatchObject({ kind: "value" });
  expect(await client.stop()).toMatchObject({ code: 0 });
});

test("each writes and reads through a router, to where the route leads", async () => {
  const holding = { holdMs: 10_000, holdSessions: 10 };
  const router = await openRouter({ listen: { address: `${NETWORK}.9`, port: 0 }, ...holding });
  try {
    const endpoint = { address: FIRST, port: 6379 };
    router.setRoute({ kind: "primary", node: "one", endpoint, epoch: 1, confirmed: true });
    const { address, port } = router.address;
    const way = { way: "router", router: `${address}:${port}`, sentinels: [], group: "" };
    for (const client of await clients.openAll(recipes, way)) {
      for (let count = 0; count < 5; count += 1) await client.write();
      expect(await idsAt(client.key)).toEqual([1, 2, 3, 4, 5]);
      expect(await client.read()).toMatchObject({ kind: "value", last: 5 });
    }
  } finally {
    await router.close();
  }
});

test("a connection that was closed while idle is not opened anew without a new question", async () => {
  const all = await clients.openAll(recipes);
  for (const client of all) await client.write();
  // Redis closes them before it answers.
  await node().call(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
  for (const client of all) {
    const { line } = await client.write();
    // phpredis does not tell whether it had sent: it may have been executed, and is not.
    const lost = { kind: "unknown", id: 2, error: "connection-lost" };
    expect(line).toEqual(client.label === "php-phpredis" ? lost : { kind: "done", id: 2 });
    await client.heard("closed", ({ kind }) => kind === "closed");
    expect((await client.write()).line.kind).toBe("done");
    expect(await idsAt(client.key)).toEqual(client.acknowledged);
  }
});

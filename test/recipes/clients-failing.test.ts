// The recipes in every language while nodes and Sentinels are frozen, killed and moved.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { asList, Fields } from "../../packages/baton/src/redis/replies.ts";
import { slowness } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { type DrillClient, DrillClients } from "../scenario/support/drill-client.ts";
import { buildCpp, recipes } from "../scenario/support/recipes.ts";
import { type StockCluster, startStockCluster } from "../scenario/support/stock-cluster.ts";

const NETWORK = "127.0.87";
const PASSWORD = "rhubarb-and-tulips";
const [FIRST, THIRD] = [`${NETWORK}.1`, `${NETWORK}.3`];
const sentinels = [1, 2, 3].map((number) => `${NETWORK}.${number}:26379`);
const DOWN_AFTER_MS = 2_000;
/** What the calls of a healthy cluster stay below, with two busy cores. */
const USUAL_MS = 250;
const clients = new DrillClients({ way: "sentinel", sentinels, group: "main", password: PASSWORD });
const openAll = async (more: object = {}) => await clients.openAll(recipes, more);

let cluster: StockCluster;
beforeAll(async () => {
  await buildCpp();
  const flags = ["--repl-ping-replica-period", "1"];
  const options = { network: NETWORK, password: PASSWORD, flags, downAfterMs: DOWN_AFTER_MS };
  cluster = await startStockCluster(options);
}, 300_000);
afterAll(async () => {
  await cluster.close();
});
afterEach(async () => {
  for (const { label, said } of await clients.endAll())
    expect(said, `${label} shows a password`).not.toContain(PASSWORD);
});

const nodeAt = (address: string) => cluster.memberAt(address).redis;
async function idsAt(address: string, key: string): Promise<readonly number[]> {
  return asList(await nodeAt(address).call(["LRANGE", key, "0", "-1"]), key).map(Number);
}
const roleAt = async (address: string) => asList(await nodeAt(address).call(["ROLE"]), "ROLE")[0];

/** Nothing acknowledged is missing, nothing is there twice. */
async function expectKept(address: string, { label, key, acknowledged }: DrillClient): Promise<void> {
  const there = await idsAt(address, key);
  expect(acknowledged.length, label).toBeGreaterThan(0);
  expect(there, label).toEqual(expect.arrayContaining([...acknowledged]));
  expect(new Set(there).size, `${label} wrote nothing twice`).toBe(there.length);
}

test("a frozen Sentinel, first in the list, costs nothing", async () => {
  const before = await openAll();
  cluster.signal("sentinel", FIRST, "SIGSTOP");
  try {
    const endMs = performance.now() + 2_500 * slowness();
    const one = async (client: DrillClient) => {
      // Long enough for the Sentinels to be asked more than once.
      const look = async () => {
        const { line, tookMs } = await client.write();
        expect(line.kind, client.said).toBe("done");
        expect(tookMs, client.label).toBeLessThan(USUAL_MS * slowness());
        return performance.now() > endMs ? seen(undefined) : missing("more writes");
      };
      await waitFor("the last write", look, { withinMs: 10_000, everyMs: 20 });
    };
    await Promise.all([...before, ...(await openAll())].map(one));
  } finally {
    cluster.signal("sentinel", FIRST, "SIGCONT");
  }
});

test("a frozen primary is left, and gets no write when it thaws and still says master", async () => {
  const old = await cluster.primary();
  await cluster.settledOn(old);
  const [all, idle] = await Promise.all([openAll(), openAll()]);
  for (const client of [...all, ...idle]) await client.write();
  cluster.signal("redis", old, "SIGSTOP");
  let promoted = "";
  try {
    const outcomes = await Promise.all(all.map(async (client) => await client.untilDone()));
    for (const [index, { others, longestMs }] of outcomes.entries()) {
      // The one under way was told after one command's time; the next one waited for the new primary.
      expect(others, all[index]?.said).toEqual([{ kind: "unknown", id: 2, error: "timeout" }]);
      expect(longestMs).toBeLessThan(10_500 * slowness());
    }
    promoted = await cluster.nextPrimary(old);
    for (const client of all)
      expect(client.events().at(-1)).toEqual({ kind: "primary", address: `${promoted}:6379` });
  } finally {
    cluster.signal("redis", old, "SIGCONT");
  }
  expect(await roleAt(old), "it has to be a primary for this to prove anything").toBe("master");
  for (const client of [...all, ...idle, ...(await openAll())]) {
    const first = client.acknowledged.length;
    for (let count = 0; count < 10; count += 1) await client.write();
    expect(client.acknowledged.slice(first), client.said).toHaveLength(10);
    // Whatever the thawed node takes is thrown away when it becomes a replica: it would be missing.
    expect(await idsAt(promoted, client.key), client.label).toEqual(client.acknowledged);
  }
  await cluster.settledOn(promoted);
});

test("a primary that lives, and that the Sentinels no longer name, is left within a second", async () => {
  const { sentinel } = cluster.memberAt(THIRD);
  const old = await cluster.primary();
  const all = await openAll();
  const moving = all.map(async (client) => {
    const look = async () => {
      await client.write();
      return client.events().length > 1 ? seen(performance.now()) : missing("another primary");
    };
    return await waitFor(`${client.label} to move`, look, { withinMs: 25_000, everyMs: 5 });
  });
  const failover = async () => seen(await sentinel.call(["SENTINEL", "FAILOVER", "main"]));
  await waitFor("a Sentinel that finds a good replica", failover, { withinMs: 20_000 });
  const promoted = await cluster.nextPrimary(old);
  const namedAtMs = performance.now();
  expect(await roleAt(old), "it has to be a primary still for this to prove anything").toBe("master");
  for (const [index, client] of all.entries()) {
    // One second of belief, and the time to ask. These Sentinels demote the old one after 2 s.
    expect(((await moving[index]) ?? 0) - namedAtMs, client.label).toBeLessThan(1_500);
    await client.write();
    const moves = [{ kind: "closed" }, { kind: "primary", address: `${promoted}:6379` }];
    expect(client.events().slice(1), client.label).toEqual(moves);
  }
  await cluster.settledOn(promoted);
});

test("a replica that has lost its primary is not read from, whatever the Sentinels still say", async () => {
  const primary = await cluster.primary();
  await cluster.settledOn(primary);
  const replicas = cluster.addresses.filter((address) => address !== primary);
  const everySentinel = async (...words: readonly string[]) => {
    for (const address of cluster.addresses)
      await cluster.memberAt(address).sentinel.call(["SENTINEL", "DEBUG", ...words]);
  };
  const replicasBy = async (address: string) => {
    const { sentinel } = cluster.memberAt(address);
    const rows = asList(await sentinel.call(["SENTINEL", "REPLICAS", "main"]), "rows");
    return rows.map((row) => new Fields(row, "a replica"));
  };
  const isLinked = async () => {
    const rows = (await Promise.all(cluster.addresses.map(replicasBy))).flat();
    const other = rows.find((row) => row.text("master-link-status") !== "ok");
    return other === undefined ? seen(undefined) : missing(`the link of ${other.text("ip")}`);
  };
  await waitFor("every Sentinel to know of every link", isLinked, { withinMs: 10_000 });
  // They ask nobody now, as in the ten seconds between two INFOs of a stock Sentinel.
  await everySentinel("info-period", "60000");
  const look = async () => {
    const rows = (await Promise.all(cluster.addresses.map(replicasBy))).flat();
    const last = Math.min(...rows.map((row) => Number(row.text("info-refresh"))));
    return last > 1_500 ? seen(last) : missing(`an INFO of ${last} ms ago`);
  };
  await waitFor("the last INFO to be over", look, { withinMs: 10_000 });
  try {
    for (const address of replicas) await nodeAt(address).call(["REPLICAOF", `${NETWORK}.99`, "6379"]);
    for (const client of await openAll()) {
      await client.write();
      const line = await client.read();
      expect(line, client.said).toMatchObject({ kind: "value", last: client.acknowledged.at(-1) });
    }
    const links = (await replicasBy(primary)).map((row) => row.text("master-link-status"));
    expect(links, "they have to say so for this to prove anything").toEqual(["ok", "ok"]);
  } finally {
    for (const address of replicas) await nodeAt(address).call(["REPLICAOF", primary, "6379"]);
    await everySentinel("info-period", "1000");
  }
  await cluster.settledOn(primary);
});

test("a killed primary is replaced, and every acknowledged id is on the new one", async () => {
  const old = await cluster.primary();
  await cluster.settledOn(old);
  const all = await openAll();
  for (let count = 0; count < 20; count += 1) {
    for (const client of all) await client.write();
  }
  // What no replica has yet when the primary dies is lost for every client: this test is about clients.
  expect(await nodeAt(old).call(["WAIT", "2", "1000"])).toBe(2);
  cluster.signal("redis", old, "SIGKILL");
  const moved = cluster.nextPrimary(old).then((address) => ({ address, atMs: performance.now() }));
  const back = await Promise.all(
    all.map(async (client) => ({ ...(await client.untilDone()), client, atMs: performance.now() })),
  );
  const { address, atMs: namedAtMs } = await moved;
  for (const { client, others, atMs } of back) {
    // Only what was under way in that very moment may be unknown.
    if (others.length > 0)
      expect(others).toEqual([{ kind: "unknown", id: 21, error: "connection-lost" }]);
    // The longest pause and one question, whatever the breaker says: these calls have no fallback.
    expect(atMs - namedAtMs, client.said).toBeLessThan(2_000 * slowness());
    await expectKept(address, client);
    expect(client.acknowledged).toHaveLength(21);
    expect(client.events()).toContainEqual({ kind: "closed" });
    expect(client.events().at(-1)).toEqual({ kind: "primary", address: `${address}:6379` });
    expect((await client.stop()).code).toBe(0);
  }
});

test("stop ends a client within a second, whatever it waits for", async () => {
  const old = await cluster.primary();
  const all = await openAll({ retryForMs: 60_000 });
  cluster.signal("redis", old, "SIGSTOP");
  try {
    for (const client of all) {
      client.say({ kind: "write", id: 1 });
      const { code, tookMs } = await client.stop();
      expect(code, client.said).toBe(0);
      expect(tookMs, client.label).toBeLessThan(1_000 * slowness());
    }
  } finally {
    cluster.signal("redis", old, "SIGCONT");
  }
});

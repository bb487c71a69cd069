// The recipes for Perl and Python: their own tests, and their drill-clients against a stock cluster whose
// processes are frozen and killed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { asList } from "../../packages/baton/src/redis/replies.ts";
import { openRouter } from "../../packages/baton/src/router/router.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { filesBelow, root } from "../repo/run.ts";
import { type DrillClient, DrillClients, exitCode, untilDone } from "./support/drill-client.ts";
import { primaryOf, type StockCluster, startStockCluster } from "./support/stock-cluster.ts";

const NETWORK = "127.0.76";
const PASSWORD = "tulip-of-the-drill";
const [FIRST, SECOND] = [`${NETWORK}.1`, `${NETWORK}.2`];
const SENTINELS = [1, 2, 3].map((number) => `${NETWORK}.${number}:26379`);
const RECIPES = ["perl", "python"];
const DOWN_AFTER_MS = 2_000;
/** What the calls of a healthy cluster stay below, with two busy cores. */
const USUAL_MS = 200;

let cluster: StockCluster;
const clients = new DrillClients({
  way: "sentinel",
  sentinels: SENTINELS,
  group: "main",
  username: "",
  password: PASSWORD,
});
const open = clients.open.bind(clients);

beforeAll(async () => {
  const flags = ["--repl-ping-replica-period", "1"];
  const options = { network: NETWORK, password: PASSWORD, flags, downAfterMs: DOWN_AFTER_MS };
  cluster = await startStockCluster(options);
});

afterAll(async () => {
  await cluster.close();
});

afterEach(() => {
  clients.endAll();
});

const primaryBy = async (address: string): Promise<string> => await primaryOf(cluster.memberAt(address));
const nodeAt = (address: string) => cluster.memberAt(address).redis;

function signal(program: "redis" | "sentinel", address: string, name: NodeJS.Signals): void {
  const { server, child } = cluster.memberAt(address);
  (program === "redis" ? server.child : child).kill(name);
}

async function idsAt(address: string, key: string): Promise<readonly number[]> {
  return asList(await nodeAt(address).call(["LRANGE", key, "0", "-1"]), key).map(Number);
}

/** The primary that two of the three name, once it is another than `before`. */
async function nextPrimary(before: string): Promise<string> {
  const look = async () => {
    const now = await primaryBy(`${NETWORK}.3`);
    return now === before ? missing(`it is still ${now}`) : seen(now);
  };
  return await waitFor("another primary", look, { withinMs: 20_000 });
}

describe("their own tests", () => {
  const environment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const run = (program: string, args: readonly string[], folder: string) =>
    spawnSync(program, args, { cwd: join(root, folder), encoding: "utf8", env: environment });

  test.each(filesBelow("clients/perl/t", /\.t$/))("%s holds", (path) => {
    const { status, stdout, stderr } = run("/usr/bin/perl", ["-w", join(root, path)], ".");
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(/^1\.\.[1-9]/m);
    expect(stderr).toBe("");
  });

  test("clients/python/tests hold", () => {
    const args = ["-W", "error", "-m", "unittest", "discover", "-s", "tests"];
    const { status, stderr } = run("/usr/bin/python3", args, "clients/python");
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/^Ran \d\d tests/m);
  });
});

describe.each(RECIPES)("%s, while everybody is well", (recipe) => {
  test("writes to the primary, reads from a replica, and ends at once", async () => {
    const { client, key, ready } = await open(recipe);
    expect(ready.kind).toBe("ready");
    expect(await client.ask({ kind: "read", id: 1 })).toEqual({ kind: "value", id: 1, last: null });
    const primary = await primaryBy(FIRST);
    for (let count = 0; count < 20; count += 1) await client.write();
    expect(client.acknowledged).toHaveLength(20);
    expect(await idsAt(primary, key)).toEqual(client.acknowledged);
    expect(client.events).toEqual([{ kind: "primary", address: `${primary}:6379` }]);
    const look = async () => {
      const { last } = await client.ask({ kind: "read", id: 2 });
      return last === 20 ? seen(last) : missing(`the replica says ${String(last)}`);
    };
    await waitFor("the replica to have it all", look, { withinMs: 5_000 });
    const clients = String(await nodeAt(primary).call(["CLIENT", "LIST"]));
    expect(clients, "reads went elsewhere").not.toContain("cmd=lrange");
    const { code, tookMs } = await client.stop();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(1_000);
    expect(client.output()).not.toContain(PASSWORD);
  });

  test("tells a wrong password at once, and prints none", async () => {
    const { client } = await open(recipe, { password: "rose-of-nobody" });
    const { answer, tookMs } = await client.write();
    expect(answer).toEqual({ kind: "not-done", id: 1, error: "WRONGPASS" });
    expect(tookMs).toBeLessThan(1_000);
    const { client: other } = await open(recipe, { password: "" });
    expect((await other.write()).answer).toEqual({ kind: "not-done", id: 1, error: "NOAUTH" });
    expect(client.output() + other.output()).not.toMatch(/rose-of-nobody|tulip/);
  });

  test("ends with 0 at the end of its input, and says what it cannot do", async () => {
    const { client } = await open(recipe);
    client.child.stdin?.end();
    expect(await exitCode(client, 1_000)).toBe(0);
    const { client: other, ready } = await open(recipe, { way: "pigeon" });
    expect(ready.kind).toBe("unable");
    expect(await exitCode(other, 2_000)).toBe(3);
  });

  test("as the library's manual has it, it writes and says so, too", async () => {
    const { client, key, ready } = await open(recipe, { password: PASSWORD }, ["--default"]);
    expect(ready).toMatchObject({ kind: "ready", name: expect.stringMatching(/, default$/) as string });
    expect((await client.write()).answer).toEqual({ kind: "done", id: 1 });
    expect(await idsAt(await primaryBy(FIRST), key)).toEqual([1]);
  });

  test("writes through a router to where the route leads", async () => {
    const holding = { holdMs: 10_000, holdSessions: 10 };
    const router = await openRouter({ listen: { address: `${NETWORK}.9`, port: 0 }, ...holding });
    try {
      const primary = await primaryBy(FIRST);
      const endpoint = { address: primary, port: 6379 };
      router.setRoute({ kind: "primary", node: "one", endpoint, epoch: 1, confirmed: true });
      const { client, key } = await open(recipe, {
        way: "router",
        router: `${router.address.address}:${router.address.port}`,
      });
      for (let count = 0; count < 5; count += 1) await client.write();
      expect(await idsAt(primary, key)).toEqual([1, 2, 3, 4, 5]);
      expect(await client.ask({ kind: "read", id: 6 })).toEqual({ kind: "value", id: 6, last: 5 });
    } finally {
      await router.close();
    }
  });
});

describe("while somebody fails", () => {
  const openAll = async (more: object = {}) => await Promise.all(RECIPES.map((one) => open(one, more)));

  test("a frozen Sentinel, first in the list, costs nothing", async () => {
    const before = await openAll();
    signal("sentinel", FIRST, "SIGSTOP");
    try {
      const all = [...before, ...(await openAll())];
      let longestMs = 0;
      const start = performance.now();
      // Longer than the Sentinels' word may be old, so that each has asked again.
      while (performance.now() - start < 2_500) {
        for (const { client } of all) {
          const { answer, tookMs } = await client.write();
          expect(answer.kind).toBe("done");
          longestMs = Math.max(longestMs, tookMs);
        }
      }
      expect(longestMs).toBeLessThan(USUAL_MS);
    } finally {
      signal("sentinel", FIRST, "SIGCONT");
    }
  });

  test("a frozen primary is left, and gets no write when it thaws and still says master", async () => {
    const old = await primaryBy(FIRST);
    await cluster.settledOn(old);
    const all = await openAll();
    for (const { client } of all) await client.write();
    signal("redis", old, "SIGSTOP");
    const outcomes = await Promise.all(all.map(async ({ client }) => await untilDone(client)));
    for (const { others, longestMs } of outcomes) {
      // The one that was under way, and was told after one command's time; all others waited for their turn.
      expect(others).toEqual([{ kind: "unknown", id: 2, error: "timeout" }]);
      expect(longestMs).toBeLessThan(10_500);
    }
    const promoted = await nextPrimary(old);
    for (const { client } of all) {
      expect(client.events.at(-1)).toEqual({ kind: "primary", address: `${promoted}:6379` });
    }
    signal("redis", old, "SIGCONT");
    const role = asList(await nodeAt(old).call(["ROLE"]), "ROLE")[0];
    expect(role, "the thawed node has to be a primary for this to prove anything").toBe("master");
    const fresh = await openAll();
    for (const { client, key } of [...all, ...fresh]) {
      const first = client.acknowledged.length;
      for (let count = 0; count < 10; count += 1) await client.write();
      expect(client.acknowledged.slice(first)).toHaveLength(10);
      // Whatever the thawed node has taken is thrown away when it becomes a replica: it would be missing.
      expect(await idsAt(promoted, key)).toEqual(client.acknowledged);
    }
    await cluster.settledOn(promoted);
  });

  test("stop ends a client within a second, whatever it waits for", async () => {
    const old = await primaryBy(SECOND);
    const all = await openAll({ retryForMs: 60_000 });
    signal("redis", old, "SIGSTOP");
    try {
      for (const { client } of all) {
        void client.child.stdin?.write('{"kind":"write","id":1}\n');
        const { code, tookMs } = await client.stop();
        expect(code).toBe(0);
        expect(tookMs).toBeLessThan(1_000);
      }
    } finally {
      signal("redis", old, "SIGCONT");
    }
  });

  test("a killed primary is replaced, and every acknowledged id is on the new one", async () => {
    const old = await primaryBy(SECOND);
    await cluster.settledOn(old);
    const all = await openAll();
    for (let count = 0; count < 20; count += 1) {
      for (const { client } of all) await client.write();
    }
    // What no replica has yet when the primary dies is lost for every client: this test is about clients.
    expect(await nodeAt(old).call(["WAIT", "2", "1000"])).toBe(2);
    signal("redis", old, "SIGKILL");
    const killed = performance.now();
    const outcomes = await Promise.all(all.map(async ({ client }) => await untilDone(client)));
    expect(performance.now() - killed).toBeLessThan(12_000);
    const promoted = await nextPrimary(old);
    for (const [index, { client, key }] of all.entries()) {
      // Only what was under way in that very moment may be unknown.
      const { others = [] } = outcomes[index] ?? {};
      if (others.length > 0)
        expect(others).toEqual([{ kind: "unknown", id: 21, error: "connection-lost" }]);
      const there = await idsAt(promoted, key);
      expect(client.acknowledged.filter((id) => !there.includes(id))).toEqual([]);
      expect(client.acknowledged).toHaveLength(21);
      expect(client.events).toContainEqual({ kind: "closed" });
      expect((await client.stop()).code).toBe(0);
      expect(client.output()).not.toContain(PASSWORD);
    }
  });

  test("a primary that lives, and that the Sentinels no longer name, is left within a second", async () => {
    const { address: asked, sentinel } = cluster.memberAt(`${NETWORK}.3`);
    const old = await primaryBy(asked);
    const all = await openAll();
    const moved = new Map<DrillClient, number>();
    const writing = all.map(async ({ client }) => {
      const look = async () => {
        await client.write();
        return client.events.length > 1 ? seen(performance.now()) : missing("another primary");
      };
      moved.set(client, await waitFor("the client to move", look, { withinMs: 25_000, everyMs: 5 }));
    });
    const failover = async () => seen(await sentinel.call(["SENTINEL", "FAILOVER", "main"]));
    await waitFor("a Sentinel that finds a good replica", failover, { withinMs: 20_000 });
    const promoted = await nextPrimary(old);
    const named = performance.now();
    const role = asList(await nodeAt(old).call(["ROLE"]), "ROLE")[0];
    expect(role, "the old one has to be a primary still for this to prove anything").toBe("master");
    await Promise.all(writing);
    for (const { client } of all) {
      // One second of belief, and the time to ask. These Sentinels demote the old one after 2 s.
      expect((moved.get(client) ?? Number.POSITIVE_INFINITY) - named).toBeLessThan(1_500);
      await client.write();
      expect(client.events.slice(1)).toEqual([
        { kind: "closed" },
        { kind: "primary", address: `${promoted}:6379` },
      ]);
    }
  });
});

// `baton adopt` on a cluster that was set up by hand: what it writes, when it writes nothing, and that it
// changes nothing.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clusterOrThrow } from "../../packages/baton/src/cluster/load.ts";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { baton, type Ran } from "./support/baton.ts";
import { type StockCluster, startStockCluster } from "./support/stock-cluster.ts";

const NETWORK = "127.43.7";
const PASSWORD = "battery-of-the-shop";
const SENTINEL = `${NETWORK}.1:26379`;

let stock: StockCluster;
let folder: string;
let file: string;
beforeAll(async () => {
  const flags = ["--maxmemory", "64mb", "--maxmemory-policy", "volatile-lru"];
  stock = await startStockCluster({ network: NETWORK, password: PASSWORD, flags });
});
afterAll(async () => {
  await stock.close();
});
beforeEach(async (context) => {
  folder = await mkdtemp(join(tmpdir(), "adopt-"));
  file = join(folder, "cluster.yml");
  context.onTestFinished(async () => rm(folder, { recursive: true }));
});

const adopt = async (password: string, ...flags: readonly string[]): Promise<Ran> => {
  const asked = ["--sentinel", SENTINEL, "--redis-password-env", "SHOP", "--out", file];
  return await baton(folder, ["adopt", ...asked, ...flags], { SHOP: password });
};

/** What a node is told, however often it was asked. */
async function settingsOfAll(): Promise<readonly unknown[]> {
  return await Promise.all(
    stock.addresses.map(async (address) => {
      const door = openDoor({ address, port: 6379, password: PASSWORD });
      const replies = await door.batch([["CONFIG", "GET", "*"], ["ACL", "LIST"], ["DBSIZE"]]);
      door.close();
      return replies;
    }),
  );
}

test("writes a file that says what there is, and that explain and render take", async () => {
  const before = await settingsOfAll();
  const { code, out, err } = await adopt(PASSWORD);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("appendonly yes instead of no\n");
  expect(out).toContain("NOT taken over: what no answer shows: ");
  expect(out).toContain(`  - baton deploy --file ${file}\n`);
  expect(out).toContain(`baton doctor --live --sentinel ${SENTINEL} --redis-password-env SHOP\n`);
  expect(await settingsOfAll()).toEqual(before);
  expect((await stat(file)).mode & 0o777).toBe(0o644);

  const text = await readFile(file, "utf8");
  expect(text + out).not.toContain(PASSWORD);
  const cluster = clusterOrThrow(text, file);
  expect(cluster).toMatchObject({
    name: "main",
    sentinelPort: 26_379,
    hosts: stock.addresses.map((address, index) => ({ name: `h${index + 1}`, address })),
    groups: [{ name: "main", firstPrimary: "h1", hosts: ["h1", "h2", "h3"], redisPort: 6379 }],
    overrides: { downAfterMs: 6000, failoverTimeoutMs: 180_000, minReplicasToWrite: 0 },
  });

  // Whatever else would be in the list is a default that adopt does not know. Redis itself lowers maxclients
  // where it may open few files.
  const { maxclients, ...settings } = cluster.redisSettings;
  expect(maxclients ?? "0").toMatch(/^\d+$/);
  expect(settings).toEqual({ maxmemory: "67108864", "maxmemory-policy": "volatile-lru", save: "" });

  const explained = await baton(folder, ["explain", "--file", file]);
  expect([explained.code, explained.err]).toEqual([0, ""]);
  const names = ["APPLICATION", "REPLICATION", "SENTINEL", "PEER", "AGENT"];
  const passwords = Object.fromEntries(
    names.map((name) => [`BATON_${name}_PASSWORD`, `${name.toLowerCase()}-of-the-shop`]),
  );
  const target = join(folder, "rendered");
  const rendered = await baton(folder, ["render", "--file", file, "--out", target], passwords);
  expect([rendered.code, rendered.err]).toEqual([0, expect.stringMatching(/^\d+ files written/)]);
  const conf = await readFile(join(target, "hosts/h2/etc/baton/redis/main.conf"), "utf8");
  expect(conf).toContain("\nmaxmemory 67108864\n");
});

test("writes nothing with a wrong password, and says who refuses it", async () => {
  const { code, out, err } = await adopt("another-one-than-theirs", "--json");
  expect(code).toBe(3);
  expect(err).toContain(`baton: REFUSED the cluster is known in part, nothing was written: `);
  expect(err).toContain(`${NETWORK}.1:6379 said nothing: lets nobody in with this login: `);
  expect(JSON.parse(out)).toMatchObject({ error: { code: "REFUSED" } });
  expect(await readdir(folder)).toEqual([]);
});

test("leaves a file alone that is there, and names it", async () => {
  await writeFile(file, "mine\n");
  const { code, err } = await adopt(PASSWORD);
  expect(code).toBe(2);
  expect(err).toContain(`--out ${file}: there is something of that name; nothing was written`);
  expect(await readFile(file, "utf8")).toBe("mine\n");
  expect(await readdir(folder)).toEqual(["cluster.yml"]);
});

test("names the promoted node as the first primary after a failover", async () => {
  const promoted = await stock.failOver();
  const { code, out } = await adopt(PASSWORD, "--json", "--name", "shop");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ file, notTakenOver: expect.any(Array) as unknown });
  const { name, groups } = clusterOrThrow(await readFile(file, "utf8"), file);
  const place = stock.addresses.indexOf(promoted) + 1;
  expect(place).toBeGreaterThan(1);
  expect([name, groups.map(({ firstPrimary }) => firstPrimary)]).toEqual(["shop", [`h${place}`]]);
});

test("writes nothing while a Sentinel is dead that others name, and says what to do", async () => {
  await stock.killSentinel(`${NETWORK}.2`);
  const { code, err } = await adopt(PASSWORD);
  expect(code).toBe(3);
  expect(err).toContain(`${NETWORK}.2:26379 said nothing: connect ECONNREFUSED`);
  expect(err).toContain("let every Sentinel forget what is gone for good: SENTINEL RESET");
  expect(await readdir(folder)).toEqual([]);
});

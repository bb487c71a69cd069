// The recipes for PHP (phpredis, Predis) and C++ (hiredis): their own tests, and their drill-clients against
// real nodes and Sentinels that are killed, frozen and thawed.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeCertificates } from "../../packages/baton/src/lab/certificates.ts";
import { asText, parseRole } from "../../packages/baton/src/redis/replies.ts";
import { slowness } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { DrillClient } from "./support/recipe-client.ts";
import { expectAllThere, listAt, untilAllWrite, type Writer, write } from "./support/recipe-writers.ts";
import { startEncryptedGroup } from "./support/encrypted-group.ts";
import { type SignalledCluster, startSignalledCluster } from "./support/signalled-cluster.ts";

const NETWORK = "127.0.86";
const PASSWORD = "rhubarb-and-tulips";
const WRONG = "nettles-and-thistles";
const run = promisify(execFile);
const recipe = (path: string) => join(import.meta.dirname, "../../clients", path);

let cluster: SignalledCluster;
let build = "";
const opened: DrillClient[] = [];
/** No two writers share a list, in whatever test. */
let keys = 0;

type Command = readonly [string, ...string[]];
const modules = (): readonly (readonly [label: string, command: Command])[] => [
  ["phpredis", [recipe("php/drill-client"), "--library", "phpredis"]],
  ["predis", [recipe("php/drill-client"), "--library", "predis"]],
  ["cpp", [join(build, "drill-client")]],
];

const way = () => ({
  kind: "open",
  way: "sentinel",
  sentinels: cluster.addresses.map((address) => `${address}:26379`),
  group: "main",
  username: "",
  password: PASSWORD,
  retryForMs: 10_000,
});

async function openWriter(
  label: string,
  command: Command,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Writer> {
  const client = new DrillClient(label, command);
  opened.push(client);
  const key = `drill:${++keys}:${label}`;
  client.say({ ...way(), key, ...more });
  await client.heard("ready", ({ kind }) => kind === "ready");
  return { client, key, done: [], next: 1 };
}

const openAll = async (more: Readonly<Record<string, unknown>> = {}): Promise<Writer[]> =>
  Promise.all(modules().map(async ([label, command]) => openWriter(label, command, more)));

async function untilAnotherThan(before: string): Promise<string> {
  const look = async () => {
    const now = await cluster.primary();
    return now === before ? missing(`it is still ${now}`) : seen(now);
  };
  return waitFor("another primary", look, { withinMs: 20_000 });
}

const heartbeatEnvironment = () => ({
  ...process.env,
  REDIS_SENTINELS: way().sentinels.join(","),
  REDIS_GROUP: "main",
  REDIS_PASSWORD: PASSWORD,
  HEARTBEAT_EVERY_MS: "100",
});

beforeAll(async () => {
  build = await mkdtemp(join(tmpdir(), "baton-cpp-"));
  const flags = [`BUILD=${build}`, "CXXFLAGS=-O1 -Werror", "-j2"];
  const [started] = await Promise.all([
    startSignalledCluster(NETWORK, PASSWORD),
    run("make", ["-C", recipe("cpp"), ...flags]),
  ]);
  cluster = started;
}, 300_000);

afterAll(async () => {
  await cluster.close();
  await rm(build, { recursive: true });
});

afterEach(async () => {
  for (const client of opened) await client.kill();
  for (const { label, said } of opened.splice(0)) {
    expect(said, `${label} shows a password`).not.toMatch(new RegExp(`${PASSWORD}|${WRONG}`));
  }
});

test("the recipes keep the promises that need no cluster", async () => {
  const { stdout: php } = await run("php", ["-d", "apc.enable_cli=1", recipe("php/tests.php")]);
  expect(php).toMatch(/^(\d+) of \1 promises hold\n$/);
  const { stdout: cpp } = await run(join(build, "tests"));
  expect(cpp).toMatch(/^(\d+) of \1 promises hold\n$/);
});

test("each writes to the primary, reads from a replica, and says which node it uses", async () => {
  const [first = ""] = cluster.addresses;
  for (const writer of await openAll()) {
    const { client } = writer;
    expect((await client.ask("read", 1_000)).line).toEqual({ kind: "value", id: 1_000, last: null });
    expect((await write(writer)).line).toEqual({ kind: "done", id: 1 });
    expect((await write(writer)).line).toEqual({ kind: "done", id: 2 });
    await client.heard(
      "primary",
      ({ kind, address }) => kind === "primary" && address === `${first}:6379`,
    );
    let id = 1_000;
    const look = async () => {
      const { line } = await client.ask("read", ++id);
      return line.last === 2 ? seen(line) : missing(JSON.stringify(line));
    };
    await waitFor("the replica to have it", look, { withinMs: 5_000 });
    const reads = await Promise.all(
      cluster.addresses
        .slice(1)
        .map(async (address) => cluster.redis(address).call(["INFO", "commandstats"])),
    );
    expect(String(reads), client.label).toContain("cmdstat_lrange");
    expect(await client.stop()).toMatchObject({ code: 0 });
  }
});

test("each goes through a router's address with nothing but that address", async () => {
  const router = `${cluster.addresses[0]}:6379`;
  const writers = await openAll({ way: "router", router, sentinels: [], group: "" });
  for (const writer of writers) expect((await write(writer)).line.kind).toBe("done");
  await expectAllThere(cluster.redis(await cluster.primary()), writers);
});

test("a connection that was closed while idle is not opened anew without a new question", async () => {
  const writers = await openAll();
  for (const writer of writers) await write(writer);
  // Redis closes them before it answers.
  await cluster
    .redis(await cluster.primary())
    .call(["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
  for (const writer of writers) {
    const { line } = await write(writer);
    // phpredis does not tell whether it had sent: it may have been executed, and is not.
    const lost = { kind: "unknown", id: 2, error: "connection-lost" };
    expect(line).toEqual(writer.client.label === "phpredis" ? lost : { kind: "done", id: 2 });
    await writer.client.heard("closed", ({ kind }) => kind === "closed");
    expect((await write(writer)).line.kind).toBe("done");
  }
  await expectAllThere(cluster.redis(await cluster.primary()), writers);
});

test("the libraries as their manuals show them can be measured for comparison", async () => {
  for (const [label, command] of modules()) {
    const writer = await openWriter(`${label} plain`, [...command, "--default"]);
    expect((await write(writer)).line).toEqual({ kind: "done", id: 1 });
    expect((await writer.client.ask("read", 2)).line).toMatchObject({ kind: "value", id: 2 });
    expect(await writer.client.stop()).toMatchObject({ code: 0 });
  }
});

test("a wrong password is told at once, as not done", async () => {
  for (const { client } of await openAll({ password: WRONG })) {
    const { line, tookMs } = await client.ask("write", 1);
    expect(line).toEqual({ kind: "not-done", id: 1, error: "WRONGPASS" });
    expect(tookMs, client.label).toBeLessThan(1_000 * slowness());
  }
});

test("stop ends each within a second, even in the middle of a call that nobody answers", async () => {
  const nobody = { way: "router", router: `${NETWORK}.9:6379`, retryForMs: 60_000 };
  for (const { client } of await openAll(nobody)) {
    client.say({ kind: "write", id: 1 });
    const { code, tookMs } = await client.stop();
    expect(code, client.said).toBe(0);
    expect(tookMs, client.label).toBeLessThan(1_000 * slowness());
    expect(client.lines.filter(({ id }) => id === 1)).toEqual([]);
  }
});

test("a frozen Sentinel at the head of the list costs nothing", async () => {
  const [first = ""] = cluster.addresses;
  cluster.signal("sentinel", first, "SIGSTOP");
  try {
    const writers = await openAll();
    const endMs = performance.now() + 2_500;
    const one = async (writer: Writer) => {
      // Long enough for the Sentinels to be asked more than once.
      const look = async () => {
        const { line, tookMs } = await write(writer);
        expect(line.kind, writer.client.said).toBe("done");
        expect(tookMs, writer.client.label).toBeLessThan(250 * slowness());
        return performance.now() > endMs ? seen(undefined) : missing("more writes");
      };
      await waitFor("the last write", look, { withinMs: 10_000 });
    };
    await Promise.all(writers.map(one));
  } finally {
    cluster.signal("sentinel", first, "SIGCONT");
  }
});

test("after kill -9 of the primary writes flow to the new one, nothing acknowledged is missing", async () => {
  const before = await cluster.primary();
  const writers = await openAll();
  await untilAllWrite(writers);
  const beating = run(join(build, "heartbeat"), { env: heartbeatEnvironment(), timeout: 60_000 });
  cluster.signal("redis", before, "SIGKILL");
  await untilAllWrite(writers);
  const after = await untilAnotherThan(before);
  await untilAllWrite(writers);
  await expectAllThere(cluster.redis(after), writers);
  const beat = async () =>
    asText(await cluster.redis(after).call(["GET", "heartbeat"]), "the heartbeat");
  const written = await waitFor("a heartbeat", async () => seen(await beat()), { withinMs: 15_000 });
  beating.child.kill("SIGTERM");
  const { stdout } = await beating;
  expect(stdout).toContain(`writes to ${after}:6379\n`);
  expect(stdout).toContain(`done ${written}\n`);
  expect(stdout).not.toContain(PASSWORD);
  for (const { client } of writers) {
    await client.heard("closed", ({ kind }) => kind === "closed");
    await client.heard("primary", ({ address }) => address === `${after}:6379`);
  }
});

test("a frozen primary is left, and when it is back and says master, nobody writes to it", async () => {
  const before = await cluster.primary();
  await cluster.settledOn(before, 1);
  const [writers, idle] = await Promise.all([openAll(), openAll()]);
  await untilAllWrite([...writers, ...idle]);
  cluster.signal("redis", before, "SIGSTOP");
  let after = "";
  try {
    await untilAllWrite(writers);
    after = await untilAnotherThan(before);
    await untilAllWrite(writers);
  } finally {
    cluster.signal("redis", before, "SIGCONT");
  }
  const roleOf = async () => parseRole(await cluster.redis(before).call(["ROLE"])).kind;
  const isBack = async () => ((await roleOf()) === "primary" ? seen(true) : missing("its role"));
  await waitFor("the old primary to say master", isBack, { withinMs: 3_000 });
  const fresh = await openAll();
  const marks = new Map<Writer, number>();
  for (const writer of [...idle, ...fresh]) {
    marks.set(writer, writer.next);
    for (let count = 0; count < 10; count++) {
      const { line } = await write(writer);
      expect(line.kind, writer.client.said).toBe("done");
    }
  }
  expect(await roleOf(), "the old one still says master").toBe("primary");
  for (const [{ key, client }, mark] of marks) {
    const strays = (await listAt(cluster.redis(before), key)).filter((id) => id >= mark);
    expect(strays, `${client.label} wrote to the old primary`).toEqual([]);
  }
  await expectAllThere(cluster.redis(after), [...writers, ...fresh]);
});

test("PHP asks Sentinels and writes over TLS, and trusts no other authority", async () => {
  const folder = await mkdtemp(join(tmpdir(), "baton-php-tls-"));
  const address = `${NETWORK}.20`;
  const own = await makeCertificates(join(folder, "own"), [address]);
  const other = await makeCertificates(join(folder, "other"), [address]);
  const group = await startEncryptedGroup(address, PASSWORD, own);
  try {
    for (const [label, command] of modules().slice(0, 2)) {
      const sentinels = [`${address}:26379`];
      const writer = await openWriter(label, command, { sentinels, tls: { ca: own.authority } });
      expect((await write(writer)).line, writer.client.said).toEqual({ kind: "done", id: 1 });
      const strange = { sentinels, tls: { ca: other.authority }, retryForMs: 0 };
      const distrustful = await openWriter(label, command, strange);
      expect((await write(distrustful)).line).toMatchObject({ kind: "not-done", error: "no-primary" });
      const direct = { ...strange, way: "router", router: `${address}:6379` };
      const refused = await openWriter(label, command, direct);
      expect((await write(refused)).line).toMatchObject({ kind: "not-done", error: "no-connection" });
    }
  } finally {
    await group.close();
    await rm(folder, { recursive: true });
  }
});

test("C++ says that it has no TLS, and ends with 3", async () => {
  const client = new DrillClient("cpp", [join(build, "drill-client")]);
  opened.push(client);
  client.say({ ...way(), key: "drill:tls", tls: { ca: "/etc/ssl/authority.pem" } });
  const { reason } = await client.heard("unable", ({ kind }) => kind === "unable");
  expect(reason).toContain("no TLS");
  expect(await client.ended()).toBe(3);
});

// A node that comes back by `baton node-start`: crashed, emptied, after a power cut; and without it.
import { type ChildProcess, spawn } from "node:child_process";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { LabStatus } from "../../packages/baton/src/lab/index.ts";
import { parseRole, type RoleReply } from "../../packages/baton/src/redis/replies.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, type Ran, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { addressOf, doorTo, labUp } from "./support/lab.ts";
import { processesNaming } from "./support/leftovers.ts";

const cli = fileURLToPath(new URL("../../packages/baton/dist/cli.js", import.meta.url));
const HOSTS = ["h1", "h2", "h3"] as const;
const KEYS = 500;

let home: string;
let lab: LabStatus;
/** What this file has started itself, by host. */
const own = new Map<string, ChildProcess>();

beforeAll(async () => {
  home = await makeHome();
  lab = await labUp(home);
  await ask("h1", ["EVAL", "for i = 1, 500 do redis.call('SET', 'key:' .. i, i) end", "0"]);
  expect(await ask("h1", ["WAIT", "2", "2000"])).toBe(2);
});
afterEach((context) => keepEvidence(context, home));
afterAll(async () => {
  for (const host of own.keys()) await endOwn(host);
  await baton(home, ["lab", "down"]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

const placesOf = (host: string) => {
  const folder = join(home, "labs", lab.name);
  return {
    clusterFile: join(folder, "cluster.yml"),
    config: join(folder, host, "redis.conf"),
    data: join(folder, host, "redis"),
  };
};

async function ask(host: string, command: readonly [string, ...string[]]): Promise<unknown> {
  const door = await doorTo(lab, host);
  try {
    return await door.call(command);
  } finally {
    door.close();
  }
}
const roleOf = async (host: string): Promise<RoleReply> => parseRole(await ask(host, ["ROLE"]));

function nodeStartOf(host: string): readonly string[] {
  const { clusterFile, config } = placesOf(host);
  return ["node-start", "--file", clusterFile, "--host", host, "--config", config];
}
const nodeStart = async (host: string, ...more: readonly string[]): Promise<Ran> =>
  await baton(home, [...nodeStartOf(host), ...more]);

/** As a service manager does it: the role first, and the server in its place only when there is one. */
function startNode(host: string): () => string {
  return startOwn(host, 'role=$("$@") && exec redis-server "$CONFIG" $role', [
    process.execPath,
    cli,
    ...nodeStartOf(host),
  ]);
}

/** @returns what it has said so far. */
function startOwn(host: string, script: string, words: readonly string[] = []): () => string {
  const { config, data } = placesOf(host);
  const child = spawn("sh", ["-c", script, "sh", ...words], {
    cwd: data,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, BATON_HOME: home, CONFIG: config },
    detached: true,
  });
  own.set(host, child);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  return () => said;
}

async function endOwn(host: string): Promise<void> {
  const child = own.get(host);
  own.delete(host);
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGKILL");
  await gone;
}

async function act(...args: readonly string[]): Promise<void> {
  const ran = await baton(home, ["lab", ...args]);
  expect([ran.code, ran.err]).toEqual([0, ""]);
}

async function kill(host: string): Promise<void> {
  if (own.has(host)) await endOwn(host);
  else await act("kill", host);
}

/** Looks from before it listens; every role that it has claimed until it is connected to `primary`. */
async function rolesUntilFollows(host: string, primary: () => Promise<string>): Promise<Set<string>> {
  const door = await doorTo(lab, host);
  const claimed = new Set<string>();
  const look = async () => {
    const role = parseRole(await door.call(["ROLE"]));
    claimed.add(role.kind);
    if (role.kind === "primary" || role.link !== "connected") return missing(JSON.stringify(role));
    return role.of.address === addressOf(lab, await primary()) ? seen(claimed) : missing("the new one");
  };
  try {
    return await waitFor(`${host} to follow`, look, { withinMs: 60_000, everyMs: 5 });
  } finally {
    door.close();
  }
}

/** The node that says so itself, among all but `except`. */
async function primaryOf(except?: string): Promise<string> {
  const look = async () => {
    for (const host of HOSTS.filter((one) => one !== except)) {
      const role = await roleOf(host).catch(() => undefined);
      if (role?.kind === "primary") return seen(host);
    }
    return missing("a node that answers as primary");
  };
  return await waitFor("a primary", look, { withinMs: 30_000 });
}

const sizeOf = async (host: string): Promise<number> => Number(await ask(host, ["DBSIZE"]));
const othersOf = (host: string): readonly string[] => HOSTS.filter((one) => one !== host);

/**
 * A Sentinel that is there before its node counts from its own start. With the lab's down-after it would
 * choose another primary, with the same data, in some of the runs; this file is about the node's choice.
 */
async function makePatient(host: string): Promise<void> {
  const path = join(home, "labs", lab.name, host, "sentinel.conf");
  const text = await readFile(path, "utf8");
  const line = /^(sentinel down-after-milliseconds main) \d+$/m;
  expect(text).toMatch(line);
  await writeFile(path, text.replace(line, "$1 15000"));
}

async function emptyFolder(host: string): Promise<void> {
  const { data } = placesOf(host);
  await rm(join(data, "appendonlydir"), { recursive: true, force: true });
  await rm(join(data, "dump.rdb"), { force: true });
}

async function untilAllFollow(primary: string): Promise<void> {
  for (const host of othersOf(primary)) {
    await rolesUntilFollows(host, () => Promise.resolve(primary));
  }
}

/** A role that came by the command line stands in the file only after a CONFIG REWRITE. */
async function replicaByFile(): Promise<string> {
  for (const host of HOSTS) {
    if (/^replicaof /m.test(await readFile(placesOf(host).config, "utf8"))) return host;
  }
  throw new Error("no redis.conf has a replicaof");
}

test("the old primary comes back after a failover as a replica from its first answer on", async () => {
  await kill("h1");
  const next = await primaryOf("h1");
  const said = startNode("h1");
  expect(await rolesUntilFollows("h1", () => Promise.resolve(next))).toEqual(new Set(["replica"]));
  expect(said()).toContain(`--replicaof ${addressOf(lab, next)} 6379: the Sentinels name ${next}`);
  expect(await sizeOf("h1")).toBe(KEYS);
});

/** @returns what its program said; undefined when that was too late to see the Sentinels still name it. */
async function restartEmpty(): Promise<string | undefined> {
  const primary = await primaryOf();
  await untilAllFollow(primary);
  await kill(primary);
  await emptyFolder(primary);
  const said = startNode(primary);
  const roles = rolesUntilFollows(primary, () => primaryOf(primary));
  const next = await primaryOf(primary);
  expect(await sizeOf(next)).toBe(KEYS);
  expect(await roles).toEqual(new Set(["replica"]));
  expect(await Promise.all(HOSTS.map(sizeOf))).toEqual([KEYS, KEYS, KEYS]);
  return said().includes(`name ${primary}`) ? said() : undefined;
}

test("a primary that is back at once and empty waits for the failover, and wipes nobody", async () => {
  let said: string | undefined;
  for (let attempt = 1; attempt <= 4 && said === undefined; attempt += 1) said = await restartEmpty();
  expect(said, "in time once in four").toContain("but it has no data: waiting for a failover");
});

test("after a power cut of everything the last primary is primary again, with all data", async () => {
  const primary = await primaryOf();
  await untilAllFollow(primary);
  for (const host of HOSTS) await act("kill", host, "--process", "sentinel");
  for (const host of [...othersOf(primary), primary]) await kill(host);
  await Promise.all(HOSTS.map(makePatient));

  const target = join(home, "role.env");
  const [refused, follows] = await Promise.all([
    nodeStart(primary, "--wait", "500ms", "--environment-file", target),
    nodeStart(await replicaByFile(), "--wait", "500ms"),
  ]);
  expect([refused.code, refused.out]).toEqual([3, ""]);
  expect(refused.err).toContain("START_REFUSED Sentinels heard: 0, needed: 2");
  expect(refused.err).toContain(`${primary} would be primary by its own file`);
  await expect(stat(target)).rejects.toThrow("ENOENT");
  expect([follows.code, follows.out]).toEqual([0, `--replicaof ${addressOf(lab, primary)} 6379\n`]);

  const said = HOSTS.map(startNode);
  const startMs = systemClock.monotonicMs();
  for (const host of HOSTS) await act("start", host, "--process", "sentinel");
  expect(await primaryOf()).toBe(primary);
  expect(systemClock.monotonicMs() - startMs).toBeLessThan(20_000);
  await untilAllFollow(primary);
  expect(await Promise.all(HOSTS.map(sizeOf))).toEqual([KEYS, KEYS, KEYS]);
  expect(said.map((text) => text()).join("")).toContain("it has its data, and no other node has newer");

  const kept = await nodeStart(othersOf(primary)[0] ?? "", "--environment-file", target);
  expect([kept.code, kept.out]).toEqual([0, ""]);
  expect(await readFile(target, "utf8")).toBe(
    `REDIS_START_ARGUMENTS="--replicaof ${addressOf(lab, primary)} 6379"\n`,
  );
});

test("without node-start, the same empty restart wipes every replica", async () => {
  const primary = await primaryOf();
  await untilAllFollow(primary);
  await kill(primary);
  await emptyFolder(primary);
  startOwn(primary, 'exec redis-server "$CONFIG"');
  const look = async () => {
    const sizes = await Promise.all(othersOf(primary).map(sizeOf));
    return sizes.every((size) => size === 0)
      ? seen(sizes)
      : missing(`0 keys, found ${sizes.join(", ")}`);
  };
  await waitFor("the wiped replicas", look, { withinMs: 20_000 });
  expect(await primaryOf()).toBe(primary);
});

test("an empty cluster starts only when called new, and not where its agent knows better", async () => {
  for (const host of HOSTS) await act("kill", host, "--process", "sentinel");
  for (const host of HOSTS) await kill(host);
  const state = join(home, "labs", lab.name, "h1", "agent");
  const [asked, unasked, known, other] = await Promise.all([
    nodeStart("h1", "--bootstrap"),
    nodeStart("h1", "--wait", "0ms"),
    nodeStart("h1", "--wait", "0ms", "--bootstrap", "--state", state),
    nodeStart("h2", "--wait", "0ms", "--bootstrap"),
  ]);
  expect([asked.code, asked.out]).toEqual([0, "--replicaof no one\n"]);
  expect([unasked, known, other].map(({ out }) => out)).not.toContain("--replicaof no one\n");
});

test.each([
  [["--host", "app"], "host app runs no node in the cluster file"],
  [["--host", "h1", "--group", "other"], "host h1 runs no node of group other in the cluster file"],
  [["--host", "h1", "--wait", "long"], "--wait: expected a duration up to 60m such as 30s, found long"],
  [["--wait", "1s"], "node-start needs --file, --host and --config"],
])("asks for what it needs: %j", async (words, sentence) => {
  const { clusterFile, config } = placesOf("h1");
  const ran = await baton(home, ["node-start", "--file", clusterFile, "--config", config, ...words]);
  expect([ran.code, ran.out, ran.err]).toEqual([2, "", expect.stringContaining(sentence)]);
});

// Real Sentinels that are started as hosts start them: new settings reach them, what they remember stays,
// and who has left the cluster file is counted no more.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layoutOf } from "../../packages/baton/src/cluster/layout.ts";
import type { Layout } from "../../packages/baton/src/cluster/types.ts";
import { clusterFrom } from "../../packages/baton/src/deploy/cluster.fixture.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { Fields } from "../../packages/baton/src/redis/replies.ts";
import { handmadeSite } from "../../packages/baton/src/render/layout.fixture.ts";
import { redisConf } from "../../packages/baton/src/render/redis-conf.ts";
import { sentinelConf } from "../../packages/baton/src/render/sentinel-conf.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, type Ran } from "./support/baton.ts";

const HOSTS = ["h1", "h2", "h3", "h4"];
const addressOf = (host: string): string => `127.108.0.${host.slice(1)}`;

interface Plan {
  readonly hosts: readonly string[];
  readonly rto: string;
  readonly quorum: number;
  /** Ends every password that is changed. */
  readonly year: number;
}
const FIRST: Plan = { hosts: HOSTS, rto: "5s", quorum: 3, year: 2025 };

let root: string;
const running = new Map<string, ChildProcess>();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "bt-"));
  const layout = await render(FIRST);
  const input = { layout, secrets: passwords(FIRST), site: handmadeSite(layout, root) };
  for (const { host = "", path, text } of redisConf.files(input)) {
    await mkdir(join(dirname(path), "redis"), { recursive: true });
    await writeFile(path, text, { mode: 0o600 });
    start("redis-server", host, path);
  }
  for (const host of HOSTS) await startSentinel(host);
});
afterAll(async () => {
  for (const name of running.keys()) await end(name);
  await rm(root, { recursive: true, force: true });
});

/** As awkward as `baton render` takes them. */
const passwords = ({ year }: Pick<Plan, "year">) => ({
  application: "walnut-application",
  replication: "walnut-replication",
  sentinel: "#w$lnut\\{sentinel};*%é",
  peer: `#w$lnut\\{peer};*%é-${year}`,
  agent: `walnut-agent-${year}`,
});

/** The cluster file, and what Baton makes of it for Sentinels. */
async function render({ hosts, rto, quorum, year }: Plan): Promise<Layout> {
  const text = [
    `objectives: { rto: ${rto} }`,
    `sentinel: { quorum: ${quorum} }`,
    "hosts:",
    ...hosts.map((host) => `  - { name: ${host}, address: ${addressOf(host)} }`),
    "",
  ].join("\n");
  await writeFile(join(root, "cluster.yml"), text);
  const layout = layoutOf(clusterFrom(text));
  const site = handmadeSite(layout, root);
  for (const { host = "", text: settings } of sentinelConf.files({
    layout,
    secrets: passwords({ year }),
    site,
  })) {
    await mkdir(join(root, host, "sentinel"), { recursive: true });
    await writeFile(settingsOf(host), settings, { mode: 0o600 });
  }
  return layout;
}

const settingsOf = (host: string): string => join(root, host, "settings.conf");
const configOf = (host: string): string => join(root, host, "sentinel.conf");

function start(program: string, host: string, config: string): void {
  running.set(`${program} ${host}`, spawn(program, [config], { stdio: "ignore" }));
}

async function end(name: string): Promise<void> {
  const child = running.get(name);
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

async function sentinelStart(host: string): Promise<Ran> {
  const files = ["--file", join(root, "cluster.yml"), "--config", configOf(host)];
  const more = ["--settings", settingsOf(host), "--host", host, "--wait", "0ms"];
  const environment = { BATON_AGENT_PASSWORD: passwords(FIRST).agent };
  return await baton(root, ["sentinel-start", ...files, ...more], environment);
}

/** As systemd does it: first the file, then the process. */
async function startSentinel(host: string): Promise<string> {
  await end(`redis-sentinel ${host}`);
  const { code, err } = await sentinelStart(host);
  expect([code, err]).toEqual([0, expect.stringContaining(`${host}: main: `)]);
  start("redis-sentinel", host, configOf(host));
  return err;
}

async function ask<T>(host: string, year: number, question: (door: Door) => Promise<T>): Promise<T> {
  const login = { username: "agent", password: passwords({ year }).agent };
  const door = openDoor({
    address: addressOf(host),
    port: 26_379,
    connectMs: 1000,
    commandMs: 1000,
    ...login,
  });
  try {
    return await question(door);
  } finally {
    door.close();
  }
}

async function viewOf(host: string, year: number): Promise<Fields> {
  const reply = await ask(host, year, (door) => door.call(["SENTINEL", "MASTER", "main"]));
  return new Fields(reply, "SENTINEL MASTER");
}

/** Until every one of them knows so many others, and what else it is to say. */
async function waitForView(
  hosts: readonly string[],
  year: number,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  for (const host of hosts) {
    const look = async () => {
      const fields = await viewOf(host, year);
      const found = Object.keys(expected).map((name) => fields.text(name));
      return found.join() === Object.values(expected).join() ? seen(undefined) : missing(found.join());
    };
    await waitFor(`${host} to see ${JSON.stringify(expected)}`, look, { withinMs: 30_000 });
  }
}

const idIn = async (host: string): Promise<string | undefined> =>
  /^sentinel myid \S+$/m.exec(await readFile(configOf(host), "utf8"))?.[0];

/** Where the primary is after the failover of the first test. */
let primary = "h1";

test("new settings and passwords reach a Sentinel that goes on following what it has promoted", async () => {
  await waitForView(HOSTS, 2025, { "num-other-sentinels": "3", "num-slaves": "3", quorum: "3" });
  const promote = async () => {
    // A replica that it has asked too little of so far is none that it would take.
    const reply = await ask("h2", 2025, (door) => door.call(["SENTINEL", "FAILOVER", "main"])).catch(
      (error: unknown) => String(error),
    );
    return reply === "OK" ? seen(undefined) : missing(String(reply));
  };
  await waitFor("a failover to begin", promote, { withinMs: 30_000, everyMs: 500 });
  const moved = async () => {
    const address = (await viewOf("h2", 2025)).text("ip");
    const host = HOSTS.find((name) => addressOf(name) === address) ?? "";
    return host === "h1" ? missing("h1 is primary") : seen(host);
  };
  primary = await waitFor("another primary", moved, { withinMs: 30_000 });
  const agreed = { ip: addressOf(primary), "config-epoch": "1", "num-slaves": "3" };
  await waitForView(HOSTS, 2025, agreed);
  const before = await viewOf("h3", 2025);
  const ids = await Promise.all(HOSTS.map(idIn));

  await render({ ...FIRST, rto: "20s", quorum: 2, year: 2026 });
  for (const host of HOSTS) {
    const said = await startSentinel(host);
    expect(said).toContain(`main: ${addressOf(primary)}:6379, as it remembers, in epoch 1`);
    expect(said).not.toContain("forgotten");
    // Before it has heard of anybody: what it knows is from its file.
    await waitForView([host], 2026, { ...agreed, "num-other-sentinels": "3", quorum: "2" });
  }
  expect(await Promise.all(HOSTS.map(idIn))).toEqual(ids);
  const after = await viewOf("h3", 2026);
  expect(after.integer("down-after-milliseconds")).toBeGreaterThan(
    before.integer("down-after-milliseconds"),
  );
  await expect(viewOf("h3", 2025)).rejects.toThrow("WRONGPASS");
  const check = await ask("h3", 2026, (door) => door.call(["SENTINEL", "CKQUORUM", "main"]));
  expect(check).toContain("OK 4 usable Sentinels");
});

test("a host that has left the cluster file is counted no more, once each has started again", async () => {
  const gone = HOSTS.findLast((host) => host !== primary) ?? "";
  const staying = HOSTS.filter((host) => host !== gone);
  for (const program of ["redis-sentinel", "redis-server"]) await end(`${program} ${gone}`);
  // Sentinel itself never forgets: the votes of the dead count in every majority.
  await waitForView(staying, 2026, { "num-other-sentinels": "3", "num-slaves": "3" });

  await render({ hosts: staying, rto: "20s", quorum: 2, year: 2026 });
  for (const host of staying) {
    const said = await startSentinel(host);
    expect(said).toContain(`the Sentinel ${addressOf(gone)}:26379 is in the cluster file no more`);
    expect(said).toContain(`the replica ${addressOf(gone)}:6379 is in the cluster file no more`);
    await waitForView([host], 2026, { ip: addressOf(primary) });
  }
  const left = { "num-other-sentinels": "2", "num-slaves": "2", "config-epoch": "1" };
  await waitForView(staying, 2026, { ...left, ip: addressOf(primary), flags: "master" });
});

test("what Sentinel has written is the same state, and settings that are lost stop no Sentinel", async () => {
  // Sentinel writes passwords back without quotes, and reads those that Baton takes.
  await end(`redis-sentinel ${primary}`);
  start("redis-sentinel", primary, configOf(primary));
  await waitForView([primary], 2026, { flags: "master", "num-other-sentinels": "2" });
  await end(`redis-sentinel ${primary}`);
  const written = await readFile(configOf(primary), "utf8");
  const stateIn = (text: string): readonly string[] =>
    text
      .split("\n")
      .filter((line) => /^sentinel (?:known-|myid |\S+-epoch )/.test(line))
      .toSorted();
  expect((await sentinelStart(primary)).code).toBe(0);
  const merged = await readFile(configOf(primary), "utf8");
  expect(stateIn(merged)).toEqual(stateIn(written));
  expect(stateIn(merged)).toHaveLength(8);
  expect((await sentinelStart(primary)).err).toContain("its file says all that already");

  await writeFile(settingsOf(primary), "");
  const emptied = await sentinelStart(primary);
  expect([emptied.code, emptied.err]).toEqual([0, expect.stringContaining("stays as it is")]);
  await rm(settingsOf(primary));
  const lost = await sentinelStart(primary);
  expect([lost.code, lost.err]).toEqual([0, expect.stringContaining("no such file")]);
  expect(await readFile(configOf(primary), "utf8")).toBe(merged);
  await rm(configOf(primary));
  const nothing = await sentinelStart(primary);
  expect([nothing.code, nothing.err]).toEqual([
    3,
    expect.stringContaining("settings.conf: no such file"),
  ]);
});

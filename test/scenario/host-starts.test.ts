// How hosts start their processes: a Sentinel that lost its state, and a node whose file is made of settings.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { LabStatus } from "../../packages/baton/src/lab/index.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { addressOf, labUp } from "./support/lab.ts";

let home: string;
let lab: LabStatus;
/** What the Sentinel of h3 had before anybody started: the first primary, and no state. */
let settings: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  home = await makeHome();
  lab = await labUp(home);
  const text = await readFile(placeOf("h3", "sentinel.conf"), "utf8");
  // All that a Sentinel has added, which settings do not hold.
  const lines = text
    .split("\n")
    .filter((line) => !/^sentinel (?:known-|myid|\S+-epoch)|^# Generated/.test(line));
  settings = placeOf("h3", "sentinel-settings.conf");
  await writeFile(settings, lines.join("\n"));
});
afterEach((context) => keepEvidence(context, home));
afterAll(async () => {
  for (const child of started) await end(child);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

const placeOf = (...parts: readonly string[]): string => join(home, "labs", lab.name, ...parts);
const clusterFile = (): string => placeOf("cluster.yml");

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

function start(program: string, ...args: readonly string[]): void {
  started.push(spawn(program, args, { stdio: "ignore" }));
}

async function primaryNow(): Promise<string> {
  const look = async () => {
    const { code, out } = await baton(home, ["status", "--json"]);
    const { groups } = JSON.parse(out) as { groups: { route?: { host?: string } }[] };
    const host = groups[0]?.route?.host;
    return code !== 2 && host !== undefined && host !== "h1" ? seen(host) : missing("another primary");
  };
  return await waitFor("a failover", look, { withinMs: 60_000, everyMs: 500 });
}

async function sentinelStart(config: string, ...more: readonly string[]) {
  const own = ["--file", clusterFile(), "--host", "h3", "--config", config, "--settings", settings];
  return await baton(home, ["sentinel-start", ...own, ...more]);
}

test("a Sentinel that lost its state watches the primary of today, and votes again", async () => {
  expect((await baton(home, ["lab", "kill", "h1"])).code).toBe(0);
  const primary = await primaryNow();
  const address = addressOf(lab, primary);
  expect((await baton(home, ["lab", "kill", "h3", "--process", "sentinel"])).code).toBe(0);
  const config = placeOf("h3", "reborn", "sentinel.conf");
  await mkdir(placeOf("h3", "reborn"));

  const made = await sentinelStart(config);
  expect([made.code, made.err]).toEqual([
    0,
    expect.stringContaining(`main: ${address}:6379, as the others say`),
  ]);
  const text = await readFile(config, "utf8");
  expect(text).toMatch(
    new RegExp(`^sentinel monitor main ${address.replaceAll(".", "\\.")} 6379 2$`, "m"),
  );
  expect(text).toMatch(/^sentinel config-epoch main [1-9]\d*$/m);
  expect((await stat(config)).mode & 0o777).toBe(0o640);

  start("redis-sentinel", config);
  const agrees = async () => {
    const { out } = await baton(home, ["status", "--json"]);
    const { groups } = JSON.parse(out) as {
      groups: { sentinels: { id: string; primary?: { address: string } }[] }[];
    };
    const own = groups[0]?.sentinels.find(({ id }) => id === "h3");
    return own?.primary?.address === address ? seen(true) : missing(JSON.stringify(own));
  };
  await waitFor("it to agree", agrees, { withinMs: 30_000, everyMs: 300 });
});

test("when it starts again it is still the same, and has the settings of today", async () => {
  for (const child of started) await end(child);
  const config = placeOf("h3", "reborn", "sentinel.conf");
  const stateOf = async (): Promise<readonly string[]> => {
    const lines = (await readFile(config, "utf8")).split("\n");
    return lines.filter((line) => /^sentinel (?:known-|myid |\S+-epoch )/.test(line)).toSorted();
  };
  const before = await stateOf();
  expect(before.join("\n")).toMatch(/^sentinel myid [0-9a-f]{40}$/m);
  const given = await readFile(settings, "utf8");
  await writeFile(settings, given.replace(/(failover-timeout main) \d+/, "$1 54321"));
  const again = await sentinelStart(config);
  expect([again.code, again.err]).toEqual([0, expect.stringContaining("as it remembers")]);
  expect(await stateOf()).toEqual(before);
  expect(await readFile(config, "utf8")).toContain("\nsentinel failover-timeout main 54321\n");
});

test("a node's file is made of its settings at every start, its role comes from the Sentinels", async () => {
  const written = await readFile(placeOf("h1", "redis.conf"), "utf8");
  const nodeSettings = placeOf("h1", "redis-settings.conf");
  await writeFile(nodeSettings, `${written.replace(/^replicaof .*\n/gm, "")}maxclients 4000\n`);
  await mkdir(placeOf("h1", "own"));
  const config = placeOf("h1", "own", "redis.conf");
  const own = ["--file", clusterFile(), "--host", "h1", "--config", config, "--settings", nodeSettings];
  const primary = addressOf(lab, await primaryNow());

  const first = await baton(home, ["node-start", ...own]);
  expect([first.code, first.out.trim()]).toEqual([0, `--replicaof ${primary} 6379`]);
  expect(await readFile(config, "utf8")).toBe(await readFile(nodeSettings, "utf8"));
  expect((await stat(config)).mode & 0o777).toBe(0o640);

  // What Redis, or somebody through CONFIG SET and REWRITE, has put there meanwhile.
  await writeFile(config, `${await readFile(config, "utf8")}maxclients 1\nreplicaof 10.0.0.9 6379\n`);
  const again = await baton(home, ["node-start", ...own]);
  expect([again.code, again.out.trim()]).toEqual([0, `--replicaof ${primary} 6379`]);
  expect(await readFile(config, "utf8")).toBe(await readFile(nodeSettings, "utf8"));
});

test("an emptied file is no state, and where nobody is heard the first primary is watched", async () => {
  const config = placeOf("h3", "alone.conf");
  await writeFile(config, "");
  for (const host of ["h1", "h2"]) await baton(home, ["lab", "kill", host, "--process", "sentinel"]);
  const made = await sentinelStart(config, "--wait", "1s");
  expect([made.code, made.err]).toEqual([0, expect.stringContaining("its first primary")]);
  expect(await readFile(config, "utf8")).toContain(
    `sentinel monitor main ${addressOf(lab, "h1")} 6379 2\n`,
  );
  await rm(config);
});

// The metrics of real agents in a lab that has everything: each says what the world is, all of the table are
// there, and nothing else is.
import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { METRICS } from "../../packages/baton/src/metrics/table.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { parseInfo, parseRole } from "../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";
import { type Scrape, scrape } from "./support/scrape.ts";

/** Only there in a case that is not made here; the unit test that makes it. */
const SPECIAL: Readonly<Record<string, string>> = {
  baton_drill_last_held: "group-gauges.test.ts",
  baton_drill_last_rto_seconds: "group-gauges.test.ts",
  baton_drill_last_timestamp_seconds: "group-gauges.test.ts",
  baton_failed_actions_total: "metrics.test.ts",
  // A lab has channels only with --notify.
  baton_notices_total: "cardinality.test.ts",
  baton_notices_waiting: "cardinality.test.ts",
};

/** As many of the cluster file's features as there are metrics of. */
const clusterWith = (folder: string) => `name: counted
objectives: { rto: 3s, rpo: 5s }
hosts:
  - { name: h1, address: 10.77.0.11, zone: a }
  - { name: h2, address: 10.77.0.12, zone: b }
  - { name: h3, address: 10.77.0.13, zone: c }
  - { name: app, address: 10.77.0.20, zone: a, runs: [router] }
redis: { settings: { maxmemory: 256mb, maxmemory-policy: noeviction } }
router: { readPort: 6381, reads: { maxLag: 1048576, fallback: refuse }, durability: replicated }
tls:
  authority: /etc/baton/tls/authority.pem
  certificate: /etc/baton/tls/host.pem
  key: /etc/baton/tls/host.key
targets:
  - { name: note, kind: file, on: [h3], path: ${join(folder, "primary.json")} }
`;

const HOSTS = ["h1", "h2", "h3"] as const;
let home: string;
let lab: LabHandle;
const doors = new Map<string, Door>();
/** Every metric that any agent has ever shown here. */
const shown = new Set<string>();

beforeAll(async () => {
  home = await makeHome();
  const file = join(home, "cluster.yml");
  await writeFile(file, clusterWith(home));
  await labUp(home, "--targets", "--file", file);
  lab = await attachLab("lab", { BATON_HOME: home });
}, 60_000);
afterEach((context) => keepEvidence(context, home));
afterAll(async () => {
  for (const door of doors.values()) door.close();
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

const hostOf = (name: string) => {
  const host = lab.cluster.hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
};

/** What the agent of a host, or the router of `app`, says now. */
async function look(host: string): Promise<Scrape> {
  const said = await scrape(`http://${hostOf(host).address}:${lab.cluster.agentPort}/metrics`);
  for (const name of said.names) shown.add(name);
  return said;
}

/** The world itself: a node, as Baton's own user. */
function node(host: string): Door {
  const known = doors.get(host);
  if (known !== undefined) return known;
  const { agent: password, tls } = lab.secrets;
  const where = { address: hostOf(host).address, port: 6379, username: "agent", password, tls };
  const door = openDoor({ ...where, connectMs: 2_000, commandMs: 2_000 });
  doors.set(host, door);
  return door;
}

type Labels = Readonly<Record<string, string>>;

/** Waits until an agent says so; the last that it said is in the failure. */
async function until(
  host: string,
  [name, labels]: readonly [name: string, labels: Labels],
  isWanted: (value: number | undefined) => boolean,
  withinMs = 15_000,
): Promise<Scrape> {
  const what = `${name} ${JSON.stringify(labels)} of ${host}`;
  const once = async () => {
    const said = await look(host);
    const value = said.value(name, labels);
    return isWanted(value) ? seen(said) : missing(`it is ${String(value)}`);
  };
  return await waitFor(what, once, { withinMs, everyMs: 100 });
}
const is = (wanted: number | undefined) => (value: number | undefined) => value === wanted;
const atLeast = (least: number) => (value: number | undefined) => value !== undefined && value >= least;

const group = { group: "main" };
const note = { target: "note" };
const targetFile = () => join(home, "primary.json");

async function namedByTarget(): Promise<string> {
  const { address } = JSON.parse(await readFile(targetFile(), "utf8")) as { readonly address: string };
  return address;
}

/** A client of the port for reads, so that there is one. */
async function openReader(): Promise<void> {
  const { application: password } = lab.secrets;
  const where = { address: hostOf("app").address, port: 6381, password, tls: lab.clientTls };
  const door = openDoor({ ...where, connectMs: 2_000, commandMs: 2_000 });
  doors.set("reader", door);
  const once = async () => seen(await door.call(["PING"]));
  await waitFor("an answer at the port for reads", once, { withinMs: 15_000 });
  await look("app");
}

test("a healthy cluster is told as it is: chance, objectives, nodes, settings, certificates", async () => {
  await until("h3", ["baton_candidates", group], is(2), 30_000);
  await until("h3", ["baton_backlog_seconds", group], atLeast(60), 30_000);
  await openReader();
  const everybody = async () => {
    const said = await look("h3");
    const told = said.all("baton_settings_differ").length + said.all("baton_memory_ratio").length;
    return told === 9 ? seen(said) : missing(`${told} of 9`);
  };
  const said = await waitFor("all nodes and Sentinels to tell of themselves", everybody, {
    withinMs: 30_000,
  });
  const one = (name: string, labels: Labels = group) => said.value(name, labels);
  expect(one("baton_primaries")).toBe(1);
  expect(one("baton_quorum_spare")).toBe(1);
  expect(one("baton_failover_possible")).toBe(1);
  expect(one("baton_replicas_online")).toBe(2);
  expect(one("baton_replicas_needed")).toBe(1);
  expect(one("baton_objective_seconds", { objective: "rto" })).toBe(3);
  expect(one("baton_objective_seconds", { objective: "rpo" })).toBe(5);
  expect(one("baton_objective_lag_bytes")).toBe(1_048_576);
  expect(said.all("baton_quiet")).toEqual([]);
  expect(
    said.all("baton_settings_differ").map(({ labels, value }) => [labels["process"], value]),
  ).toEqual(["sentinel", "node"].flatMap((kind) => HOSTS.map((host) => [`${kind} ${host}`, 0])));
  for (const host of HOSTS) {
    expect(one("baton_node_up", { node: host })).toBe(1);
    expect(one("baton_node_ping_seconds", { node: host })).toBeGreaterThan(0);
    expect(one("baton_persistence_ok", { node: host, kind: "aof" })).toBe(1);
    expect(one("baton_persistence_ok", { node: host, kind: "rdb" })).toBe(1);
    const resyncs = Number(parseInfo(await node(host).call(["INFO", "stats"])).get("sync_full"));
    await until("h3", ["baton_full_resyncs_total", { node: host }], is(resyncs));
    const used = Number(parseInfo(await node(host).call(["INFO", "memory"])).get("used_memory"));
    const ratio = one("baton_memory_ratio", { node: host }) ?? 0;
    expect(Math.abs(ratio - used / 2 ** 28)).toBeLessThan(0.02);
  }
  for (const [use, file] of [
    ["certificate", "host.pem"],
    ["authority", "authority.pem"],
  ] as const) {
    const { validTo } = new X509Certificate(await readFile(join(lab.directory, "tls", file)));
    const seconds = Date.parse(validTo) / 1_000;
    expect(one("baton_certificate_expiry_timestamp_seconds", { use })).toBe(seconds);
  }
});

test("the target is said to follow, and the file names that very node", async () => {
  await until("h3", ["baton_target_follows", note], is(1));
  expect(await namedByTarget()).toBe(hostOf("h1").address);
});

test("a setting that somebody changes on a running node is told within two minutes", async () => {
  expect(await node("h2").call(["CONFIG", "SET", "repl-backlog-size", "1048576"])).toBe("OK");
  const said = await until("h3", ["baton_settings_differ", { process: "node h2" }], is(1), 120_000);
  expect(said.value("baton_settings_differ", { process: "node h1" })).toBe(0);
  expect(await node("h2").call(["CONFIG", "SET", "repl-backlog-size", "67108864"])).toBe("OK");
});

test("lag is what the offsets of both nodes say, and who is behind is no candidate", async () => {
  await lab.cut("h1", "h2");
  const value = "x".repeat(100_000);
  for (let count = 0; count < 20; count += 1)
    await node("h1").call(["SET", `baton:main:ballast:${count}`, value, "PX", "60000"]);
  await until("h3", ["baton_replica_lag_bytes", { node: "h2" }], atLeast(2_000_000));
  const said = await until("h3", ["baton_replica_lag_seconds", { node: "h2" }], atLeast(2));
  const offset = async (host: string) => parseRole(await node(host).call(["ROLE"])).offsetBytes;
  const behind = (await offset("h1")) - (await offset("h2"));
  const told = said.value("baton_replica_lag_bytes", { node: "h2" }) ?? 0;
  // Sentinels' messages are in the stream, too: about two kilobytes a second.
  expect(Math.abs(told - behind)).toBeLessThan(50_000);
  // With `durability: replicated` it is taken out of the choice.
  await until("h3", ["baton_candidates", group], is(1), 30_000);
  await lab.heal();
  await until(
    "h3",
    ["baton_replica_lag_bytes", { node: "h2" }],
    (lag = Infinity) => lag < 50_000,
    30_000,
  );
  await until("h3", ["baton_candidates", group], is(2), 30_000);
});

test("each Sentinel that stops is one less that may fail, until no failover is possible", async () => {
  await lab.kill("h2", "sentinel");
  const one = await until("h3", ["baton_quorum_spare", group], is(0));
  expect(one.value("baton_failover_possible", group)).toBe(1);
  await lab.kill("h1", "sentinel");
  const none = await until("h3", ["baton_quorum_spare", group], is(-1));
  expect(none.value("baton_failover_possible", group)).toBe(0);
  for (const host of ["h1", "h2"]) await lab.start(host, "sentinel");
  await until("h3", ["baton_quorum_spare", group], is(1), 30_000);
  await until("h3", ["baton_failover_possible", group], is(1), 30_000);
});

test("a switchover is quiet while it lasts, and the target follows it", async () => {
  const running = startBaton(home, ["switchover", "--to", "h2", "--json"]);
  await until("h3", ["baton_quiet", { because: "switchover" }], is(1), 20_000);
  const { code, out, err } = await running.done;
  expect(code, `${out}${err}`).toBe(0);
  await until("h3", ["baton_route_info", { node: "h2", confirmed: "true" }], is(1));
  await until("h3", ["baton_switchovers_total", { outcome: "done" }], is(1));
  await until("h3", ["baton_target_follows", note], is(1), 20_000);
  expect(await namedByTarget()).toBe(hostOf("h2").address);
  await until("h3", ["baton_quiet", { because: "switchover" }], is(undefined), 60_000);
});

test("maintenance is quiet until it ends", async () => {
  expect((await baton(home, ["pause", "--for", "60s"])).code).toBe(0);
  await until("h1", ["baton_quiet", { because: "maintenance" }], is(1));
  expect((await baton(home, ["resume"])).code).toBe(0);
  await until("h1", ["baton_quiet", { because: "maintenance" }], is(undefined));
});

test("a killed primary is down, its failover counted, and its return fenced", async () => {
  const before = (await look("h3")).value("baton_failovers_total", group) ?? 0;
  // What stands in the way of the target: it stays where it was.
  await rm(targetFile());
  await mkdir(targetFile());
  await lab.kill("h2", "redis");
  const down = await until("h3", ["baton_node_up", { node: "h2" }], is(0));
  expect(down.value("baton_node_ping_seconds", { node: "h2" })).toBeUndefined();
  await until("h3", ["baton_failovers_total", group], is(before + 1), 20_000);
  const after = await until("h3", ["baton_candidates", group], is(1), 30_000);
  expect(after.value("baton_primaries", group)).toBe(1);
  expect(after.all("baton_problem").map(({ labels }) => labels["code"])).toContain("replica-down");
  await until("h3", ["baton_target_follows", note], is(0));
  await rmdir(targetFile());
  await until("h3", ["baton_target_follows", note], is(1), 30_000);
  await lab.start("h2", "redis");
  const fenced = async () => {
    const all = await Promise.all(HOSTS.map((host) => look(host)));
    const done = all.flatMap((said) => said.value("baton_fences_total", { outcome: "done" }) ?? []);
    return done.length > 0 ? seen(done) : missing("a fence");
  };
  await waitFor("an agent to fence h2", fenced, { withinMs: 20_000, everyMs: 200 });
  await until("h3", ["baton_node_up", { node: "h2" }], is(1));
  await until("h3", ["baton_replicas_online", group], is(2), 30_000);
});

test("Prometheus' own tool finds nothing to say against what an agent, or a router, shows", async () => {
  for (const host of [...HOSTS, "app"]) {
    const { text } = await look(host);
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input: text,
      encoding: "utf8",
      timeout: 30_000,
    });
    expect([status, `${stdout}${stderr}`], host).toEqual([0, ""]);
  }
});

test("every metric of the table has been shown, and every one that was shown is in the table", async () => {
  for (const host of [...HOSTS, "app"]) await look(host);
  expect([...shown].filter((name) => !(name in METRICS))).toEqual([]);
  const unseen = Object.keys(METRICS).filter((name) => !shown.has(name));
  expect(unseen.filter((name) => SPECIAL[name] === undefined)).toEqual([]);
  const folder = fileURLToPath(new URL("../../packages/baton/src/metrics/", import.meta.url));
  for (const [name, file] of Object.entries(SPECIAL))
    expect(await readFile(join(folder, file), "utf8"), file).toContain(name);
  process.stderr.write(`not seen in this lab: ${unseen.join(", ") || "none"}\n`);
});

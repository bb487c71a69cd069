// What the deploy scenarios rely on: real systemd hosts that can be reached, broken, and removed without a
// trace.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { identify, isAlive } from "../../packages/baton/src/sys/processes.ts";
import { makeGroups, ownGroups, pidsIn } from "./support/hosts/cgroups.ts";
import { command, must } from "./support/hosts/command.ts";
import { type Hosts, OPEN_MS, openHosts } from "./support/hosts/hosts.ts";
import { endLeftovers, recordRun } from "./support/hosts/leftovers.ts";
import { mountsBelow } from "./support/hosts/mounts.ts";
import { namespacesOf, openNetwork } from "./support/hosts/network.ts";
import { whyNoHosts } from "./support/hosts/why.ts";

const HOSTS = [1, 2, 3].map((number) => ({ name: `h${number}`, address: `10.77.0.1${number}` }));
const APT_MS = 120_000;

let folder: string;
let hosts: Hosts;
const told: string[] = [];

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const value = await work();
  told.push(`${what} ${Math.round(performance.now() - startMs)} ms`);
  return value;
}

/** Standard output of what must succeed in a host. */
async function inside(host: string, ...argv: [string, ...string[]]): Promise<string> {
  const { status, stdout, stderr } = await hosts.run(host, argv, { timeoutMs: APT_MS });
  expect({ argv, status, stderr: status === 0 ? "" : stderr }).toEqual({ argv, status: 0, stderr: "" });
  return stdout;
}

const ssh = async (where: "control" | "client", host: string, ...argv: readonly string[]) =>
  await command([...hosts.at(where), "ssh", "-F", hosts.sshConfig, host, ...argv]);

/** Bytes that the processes of a host use, each shared page counted once over all who share it. */
function memoryOf(group: string): number {
  const sizes = pidsIn(group).map((pid) => {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
    } catch {
      // A host that has just booted ends processes all the time: this one had memory until a moment ago.
      return 0;
    }
  });
  return sizes.reduce((sum, size) => sum + size, 0) * 1024;
}

/** Names of the run's namespaces, groups and mounts, and pids: all empty once it is closed. */
function traces(run: string, below = join(folder, run)) {
  const groups = ownGroups().flatMap((parent) =>
    HOSTS.map(({ name }) => join(parent, `${run}-${name}`)),
  );
  const standing = groups.filter((group) => existsSync(group));
  return {
    namespaces: namespacesOf(run),
    mounts: mountsBelow(below),
    groups: standing,
    pids: [...new Set(standing.flatMap(pidsIn))],
  };
}

const NOTHING = { namespaces: [], mounts: [], groups: [], pids: [] };

beforeAll(async () => {
  if (whyNoHosts() !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "baton-hosts-"));
  const places = { control: "10.77.0.1", client: "10.77.0.9" };
  hosts = await timed("three hosts opened in", () => openHosts({ hosts: HOSTS, ...places, folder }));
}, OPEN_MS);

afterAll(async () => {
  if (whyNoHosts() !== undefined) return;
  await hosts?.close();
  await rm(folder, { recursive: true, force: true });
  process.stderr.write(`test hosts: ${told.join(", ")}\n`);
});

beforeEach((context) => {
  const reason = whyNoHosts();
  if (reason !== undefined) process.stderr.write(`SKIPPED ${context.task.name}: ${reason}\n`);
  context.skip(reason !== undefined, reason);
});

test("three bare hosts boot completely and are reached by ssh, by name and by address", async () => {
  for (const { name, address } of HOSTS) {
    expect(await inside(name, "systemctl", "is-system-running")).toBe("running\n");
    expect((await hosts.run(name, ["which", "redis-server", "nft"])).stdout).toBe("");
    expect((await ssh("control", name, "hostname")).stdout).toBe(`${name}\n`);
    expect((await ssh("control", address, "hostname")).stdout).toBe(`${name}\n`);
    expect((await ssh("client", name, "hostname")).stdout).toBe(`${name}\n`);
  }
  const [run = ""] = await readdir(folder);
  const bytes = HOSTS.map(({ name }) => memoryOf(join(ownGroups()[0] ?? "", `${run}-${name}`)));
  told.push(`memory of each ${bytes.map((size) => `${Math.round(size / 2 ** 20)} MiB`).join(" ")}`);
  for (const size of bytes) expect(size).toBeGreaterThan(2 ** 20);
});

test("a cut host is reached by nobody and still does what it is told; healed, it is reached", async () => {
  const banner = ["python3", "-c", "import socket; socket.create_connection(('10.77.0.12', 22), 2)"];
  const asked = async (host: string) => (await hosts.run(host, banner as [string, ...string[]])).status;
  expect(await asked("h1")).toBe(0);
  await hosts.cut("h2");
  expect(await asked("h1")).not.toBe(0);
  expect((await ssh("control", "h2", "true")).status).not.toBe(0);
  expect(await inside("h2", "hostname")).toBe("h2\n");
  expect(await asked("h3")).not.toBe(0);
  expect((await ssh("control", "h3", "true")).status).toBe(0);
  await hosts.heal("h2");
  expect((await ssh("control", "h2", "true")).status).toBe(0);
});

test("Ansible installs Redis offline, Debian starts it, and an offered upgrade is one", async () => {
  const inventory = ["--inventory", "h1,", "--ssh-common-args", `-F ${hosts.sshConfig}`];
  const task = ["--module-name", "apt", "--args", "name=redis-server update_cache=yes"];
  const ansible = [...hosts.at("control"), "ansible", ...inventory, ...task, "h1"] as const;
  const said = await timed("Ansible installed Redis in", () => must(ansible, { timeoutMs: APT_MS }));
  expect(said).toContain('"changed": true');
  expect(await inside("h1", "systemctl", "is-active", "redis-server")).toBe("active\n");
  expect(await inside("h1", "redis-cli", "set", "kept", "yes")).toBe("OK\n");
  const version = await timed("upgrade offered in", () => hosts.offerUpgrade());
  await inside("h1", "apt-get", "-q", "update");
  await inside("h1", "apt-get", "-q", "install", "-y", "redis-server");
  const asked = ["dpkg-query", "-W", "-f", "${Version} ", "redis-server", "redis-tools"] as const;
  expect(await inside("h1", ...asked)).toBe(`${version} ${version} `);
  expect(await inside("h1", "redis-cli", "get", "kept")).toBe("yes\n");
});

test("a firewall and network settings are a host's own", async () => {
  await inside("h3", "apt-get", "-q", "update");
  await inside("h3", "apt-get", "-q", "install", "-y", "nftables");
  const before = readFileSync("/proc/sys/net/core/somaxconn", "utf8");
  await inside("h3", "sysctl", "-w", "net.core.somaxconn=1234");
  await inside("h3", "nft", "add table inet own");
  expect(await inside("h3", "nft", "list", "tables")).toBe("table inet own\n");
  expect(await inside("h1", "cat", "/proc/sys/net/core/somaxconn")).not.toBe("1234\n");
  expect(readFileSync("/proc/sys/net/core/somaxconn", "utf8")).toBe(before);
});

test("a host without power runs nothing, and comes back with what it had on disk only", async () => {
  await inside("h1", "redis-cli", "save");
  expect(await inside("h1", "redis-cli", "set", "kept", "no")).toBe("OK\n");
  await timed("power off", () => hosts.powerOff("h1"));
  expect(hosts.isOn("h1")).toBe(false);
  await expect(hosts.run("h1", ["true"])).rejects.toThrow("h1 is off: it cannot run true");
  expect(await timed("boot", () => hosts.boot("h1"))).toBe("running");
  expect(await inside("h1", "redis-cli", "get", "kept")).toBe("yes\n");
});

test("an orderly reboot stops services in order, from outside and by the host's own hand", async () => {
  expect(await inside("h1", "redis-cli", "set", "kept", "in order")).toBe("OK\n");
  expect(await timed("reboot", () => hosts.reboot("h1"))).toBe("running");
  expect(await inside("h1", "redis-cli", "get", "kept")).toBe("in order\n");
  await timed("shutdown", () => hosts.shutDown("h1"));
  await hosts.emptyFolder("h1", "/var/lib/redis");
  expect(await hosts.boot("h1", { until: "reachable" })).toBe("reachable");
  expect(await inside("h1", "systemctl", "is-system-running", "--wait")).toBe("running\n");
  expect(await inside("h1", "redis-cli", "dbsize")).toBe("0\n");
});

test("a wiped host is bare, and still the host that ssh knows", async () => {
  await expect(hosts.wipe("h1")).rejects.toThrow("h1 is on");
  await hosts.powerOff("h1");
  await timed("wipe", () => hosts.wipe("h1"));
  await hosts.boot("h1");
  expect((await hosts.run("h1", ["which", "redis-server"])).status).toBe(1);
  expect(await inside("h1", "ls", "/var/lib")).not.toContain("redis");
  expect((await ssh("control", "h1", "hostname")).stdout).toBe("h1\n");
});

test("what a killed run left is ended by the next one, and a living run is left alone", async () => {
  const [living = ""] = await readdir(folder);
  const name = "baton-killed";
  const remains = join(folder, name);
  const killed = spawn("true");
  const owner = identify(killed.pid ?? 0);
  if (owner === undefined) throw new Error("a process that has not been waited for has a line in /proc");
  await once(killed, "close");
  const groups = ownGroups().map((parent) => join(parent, `${name}-h1`));
  await recordRun({ name, owner, folder: remains, groups });
  const network = await openNetwork(name, [{ name: "h1", address: "10.77.0.11" }]);
  await mkdir(join(remains, "disk"), { recursive: true });
  await must(["mount", "-t", "tmpfs", "tmpfs", join(remains, "disk")]);
  makeGroups(ownGroups(), `${name}-h1`);
  const joining = 'for group; do echo $$ > "$group/cgroup.procs"; done; exec sleep 600';
  const inGroup = spawn("sh", ["-c", joining, "sh", ...groups], { stdio: "ignore" });
  const inNetwork = spawn("ip", ["netns", "exec", network.namespace("h1"), "sleep", "600"], {
    stdio: "ignore",
  });
  const pids = [inGroup, inNetwork].map(({ pid }) => identify(pid ?? 0));
  await endLeftovers();
  expect(pids.filter((identity) => identity !== undefined && isAlive(identity))).toEqual([]);
  expect(traces(name)).toEqual(NOTHING);
  expect(existsSync(remains)).toBe(false);
  expect((await ssh("control", "h1", "true")).status).toBe(0);
  expect(traces(living).namespaces).toHaveLength(6);
});

test("hosts of which one cannot start leave nothing behind, the started ones included", async () => {
  const own = await mkdtemp(join(tmpdir(), "baton-hosts-"));
  const places = { control: "10.77.0.1", client: "10.77.0.9", folder: own };
  const refused = { name: "h!2", address: "10.77.0.12" };
  const opening = openHosts({ ...places, hosts: [...HOSTS.slice(0, 1), refused] });
  const said = await opening.then(() => "opened", String);
  const [, run = ""] = /Invalid machine name: (baton-\w+)-h!2/.exec(said) ?? [];
  expect(run, said).not.toBe("");
  expect(traces(run, own)).toEqual(NOTHING);
  expect(await readdir(own)).toEqual([]);
  await rm(own, { recursive: true });
});

test("closing leaves nothing behind", async () => {
  const [run = ""] = await readdir(folder);
  const { pids, namespaces, mounts, groups } = traces(run);
  expect([namespaces.length, mounts.length]).toEqual([6, 3]);
  expect(groups.length).toBe(3 * ownGroups().length);
  const identities = pids.map((pid) => identify(pid));
  await hosts.powerOff("h2");
  await timed("close", () => hosts.close());
  expect(traces(run)).toEqual(NOTHING);
  expect(identities.filter((identity) => identity !== undefined && isAlive(identity))).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

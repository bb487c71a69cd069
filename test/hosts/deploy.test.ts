// `baton deploy` on real systemd hosts, from bare disks through every accident that a deployment and its
// cluster have to survive. One set of hosts for all tests, in this order.
import { expect, test } from "vitest";
import { watchArguments } from "../scenario/support/hosts/arguments.ts";
import { ALL, APP, NODES, ROUTER_PORT } from "../scenario/support/hosts/deployment.ts";
import {
  freezeUntilFailover,
  killAnsible,
  pretendOtherStart,
  untilSaid,
} from "../scenario/support/hosts/faults.ts";
import { connects, filesOf, inside, journalOf, unitsOf } from "../scenario/support/hosts/inside.ts";
import { filesForAnybody, filesWithPasswords } from "../scenario/support/hosts/password-search.ts";
import { redisCli } from "../scenario/support/hosts/roles.ts";
import {
  lostOfAll,
  NOTHING,
  tell,
  theDeployment,
  theHosts,
  underLoad,
  unitsOfAll,
  useDeployment,
} from "../scenario/support/hosts/use.ts";

useDeployment();

const names = (all: readonly { readonly name: string }[]): readonly string[] =>
  all.map(({ name }) => name);
const OF_AGENT = { path: "/etc/baton/secrets/agent", access: "root:baton 640" };
/** All files of a node's host that hold a password, by their paths. */
const OF_NODE = [
  { path: "/etc/baton/redis/main.conf", access: "root:redis 640" },
  OF_AGENT,
  { path: "/etc/baton/sentinel.conf", access: "root:redis 640" },
  { path: "/run/baton/redis-sentinel.service.json", access: "root:root 600" },
  { path: "/run/baton/redis-server@main.service.json", access: "root:root 600" },
  { path: "/var/lib/redis-sentinel/sentinel.conf", access: "redis:redis 640" },
  { path: "/var/lib/redis/main/redis.conf", access: "redis:redis 640" },
];
const NOTHING_LOST = { h1: 0, h2: 0, h3: 0 };
/** Beside many others, as in CI, everything takes its time: Ansible most of all. */
const slow = { timeout: 600_000 };

test("--check on bare hosts says what would be done, and changes nothing", slow, async () => {
  const listing = async () =>
    await Promise.all(names(ALL).map(async (name) => await filesOf(theHosts(), name)));
  const before = await listing();
  const done = await theDeployment().deploy("--check");
  expect(done.status, done.output).toBe(0);
  expect(done.output).toContain("/etc/baton/redis/main.conf");
  expect(done.output).toContain("redis-sentinel");
  for (const name of names(ALL)) expect(done.changed[name], name).toBeGreaterThan(0);
  expect(await listing()).toEqual(before);
});

test("bare hosts become a cluster that doctor --live finds clean", slow, async () => {
  const hosts = theHosts();
  const done = await theDeployment().deploy();
  expect(done.status, done.output).toBe(0);
  tell(`bare hosts deployed in ${done.durationMs} ms`);
  expect(await theDeployment().untilWhole()).toEqual({ primary: "h1", epoch: 0 });
  const own = ["baton-agent", "baton-firewall", "redis-sentinel", "redis-server@main"];
  for (const name of names(ALL)) {
    const expected = name === "app" ? ["baton-firewall", "baton-router"] : own;
    const units = await unitsOf(hosts, name);
    expect(Object.keys(units).toSorted(), name).toEqual(expected.map((unit) => `${unit}.service`));
    for (const unit of Object.values(units))
      expect(unit, name).toMatchObject({ isActive: true, isEnabled: true });
    expect(await inside(hosts, name, "nft", "list", "tables")).toContain("table inet baton");
    expect(await inside(hosts, name, "systemctl", "is-system-running")).toBe("running\n");
  }
  const live = ["doctor", "--file", "/etc/baton/cluster.yml", "--live", "--format", "json"];
  const report = await inside(hosts, "h2", "/usr/local/bin/baton", ...live);
  expect(JSON.parse(report)).toMatchObject({ findings: [] });
});

test("ports are open to hosts and applications, and closed to everybody else", async () => {
  const from = async (where: "control" | "client", address: string, ...ports: readonly number[]) =>
    await Promise.all(ports.map(async (port) => await connects(theHosts(), where, address, port)));
  for (const { address } of NODES) {
    expect(await from("control", address, 22, 6379, 26379), address).toEqual([true, false, false]);
    expect(await from("client", address, 22, 6379, 26379), address).toEqual([true, true, true]);
  }
  expect(await from("control", APP.address, 22, ROUTER_PORT)).toEqual([true, false]);
  expect(await from("client", APP.address, ROUTER_PORT)).toEqual([true]);
});

test("settings are in force, and files with passwords are for whom they are", async () => {
  const hosts = theHosts();
  const { asking } = theDeployment();
  const files = ["redis/main.conf", "sentinel.conf", "secrets/agent"].map((one) => `/etc/baton/${one}`);
  const folders = ["/var/lib/redis/main", "/var/lib/redis-sentinel", "/var/lib/baton"];
  for (const { name } of NODES) {
    expect(await redisCli(asking, name, 6379, "INFO", "persistence")).toContain("aof_enabled:1");
    expect(await inside(hosts, name, "cat", "/proc/sys/net/core/somaxconn")).toBe("4096\n");
    const stat = await inside(hosts, name, "stat", "--format=%U:%G %a", ...files, ...folders);
    expect(stat.trim().split("\n")).toEqual([
      "root:redis 640",
      "root:redis 640",
      "root:baton 640",
      "redis:redis 750",
      "redis:redis 750",
      "baton:baton 750",
    ]);
  }
});

test("a second run changes nothing and starts nothing anew", slow, async () => {
  const before = await unitsOfAll();
  const done = await theDeployment().deploy();
  expect(done.status, done.output).toBe(0);
  expect(done.changed).toEqual(NOTHING);
  expect(await unitsOfAll()).toEqual(before);
  tell(`second run ${done.durationMs} ms`);
});

test("a run during a failover takes no part in it, and loses no acknowledged write", slow, async () => {
  const { start, asking, untilWhole, untilWell } = theDeployment();
  const before = await untilWell();
  const units = await unitsOfAll();
  const result = await underLoad("failover", async (load) => {
    const run = start();
    await untilSaid(run, "TASK [");
    const promoted = await freezeUntilFailover(asking, before.primary);
    const done = await run.done;
    // It may have been asked for its judgement while not all was well.
    if (done.status !== 0) expect(done.failures.join()).toMatch(/Is the cluster well|Would it survive/);
    expect(done.changed).toEqual(NOTHING);
    await load.untilMore(200, 60_000);
    expect(await untilWhole()).toEqual({ primary: promoted, epoch: before.epoch + 1 });
  });
  expect(await unitsOfAll()).toEqual(units);
  expect(result.lost).toBe(0);
});

test(
  "a run right after a failover leaves the promoted node primary, changing nothing",
  slow,
  async () => {
    const before = await theDeployment().untilWell();
    expect(before.primary).not.toBe("h1");
    const units = await unitsOfAll();
    const done = await theDeployment().deploy();
    expect(done.status, done.output).toBe(0);
    expect(done.changed).toEqual(NOTHING);
    expect(await theDeployment().untilWhole()).toEqual(before);
    expect(await unitsOfAll()).toEqual(units);
  },
);

test("a node that is to be restarted while it fails over comes back as a replica", slow, async () => {
  const { start, deploy, asking, untilWell } = theDeployment();
  const before = await untilWell();
  await pretendOtherStart(theHosts(), before.primary);
  const result = await underLoad("restart-in-failover", async (load) => {
    const run = start();
    await untilSaid(run, "TASK [baton : To be done]");
    const promoted = await freezeUntilFailover(asking, before.primary);
    const done = await run.done;
    tell(`restart in failover: exit ${String(done.status)} ${done.failures.join()}`);
    await load.untilMore(200, 60_000);
    const after = await untilWell();
    expect(after).toEqual({ primary: promoted, epoch: before.epoch + 1 });
    if (done.status === 0) return;
    // It has refused to go on: the next run does what is left, for which nobody has to hand over.
    const next = await deploy();
    expect(next.status, next.output).toBe(0);
    expect(await untilWell()).toEqual(after);
  });
  expect(result.lost).toBe(0);
});

test(
  "an interrupted run leaves all that serves and no passwords; the next goes through",
  slow,
  async () => {
    const { start, deploy, temporaryFiles, untilWell } = theDeployment();
    const before = await untilWell();
    const replicas = names(NODES).filter((name) => name !== before.primary);
    const result = await underLoad("interrupted", async (load) => {
      for (const how of ["SIGINT", "SIGKILL of Ansible"]) {
        for (const name of replicas) await pretendOtherStart(theHosts(), name);
        const run = start();
        await untilSaid(run, "TASK [baton : Converge: replicas]");
        if (how === "SIGINT") run.child.kill("SIGINT");
        else killAnsible(run);
        const done = await run.done;
        expect(done.status, how).not.toBe(0);
        expect(await temporaryFiles(), how).toEqual([]);
        await load.untilMore(200, 60_000);
        expect(await untilWell(), how).toEqual(before);
      }
      const next = await deploy();
      expect(next.status, next.output).toBe(0);
      expect(await untilWell()).toEqual(before);
    });
    expect(result.lost).toBe(0);
  },
);

test("a host out of reach is named and nothing starts anew; others go alone", slow, async () => {
  const { deploy, untilWell } = theDeployment();
  const before = await untilWell();
  const units = await unitsOfAll();
  const cut = names(NODES).find((name) => name !== before.primary && name !== "h1") ?? "";
  await theHosts().cut(cut);
  try {
    const done = await deploy();
    expect(done.status, done.output).toBe(3);
    expect(done.output).toContain(`${cut}: cannot be reached`);
    const alone = await deploy("--limit", "app");
    expect(alone.status, alone.output).toBe(0);
    expect(alone.changed).toEqual({ app: 0 });
  } finally {
    await theHosts().heal(cut);
  }
  expect(await untilWell()).toEqual(before);
  const done = await deploy();
  expect(done.status, done.output).toBe(0);
  expect(done.changed).toEqual(NOTHING);
  expect(await unitsOfAll()).toEqual(units);
});

test("a reboot of each host in turn loses no acknowledged write", slow, async () => {
  const lost: Record<string, number> = {};
  for (const name of names(ALL)) {
    const { primary } = await theDeployment().untilWell();
    const result = await underLoad(
      `reboot-${name === primary ? "primary-" : ""}${name}`,
      async (load) => {
        await theHosts().reboot(name, { until: "reachable" });
        await load.untilMore(200, 90_000);
        await theDeployment().untilWell();
      },
    );
    lost[name] = result.lost;
  }
  expect(lost).toEqual(NOTHING);
});

test("after a power cut of all hosts the data is back, under no older epoch", slow, async () => {
  const hosts = theHosts();
  const before = await theDeployment().untilWell();
  await Promise.all(names(ALL).map(async (name) => await hosts.powerOff(name)));
  const startMs = performance.now();
  await Promise.all(names(ALL).map(async (name) => await hosts.boot(name, { until: "reachable" })));
  const after = await theDeployment().untilWell(180_000);
  tell(`cold start: well after ${Math.round(performance.now() - startMs)} ms`);
  expect(after.epoch).toBeGreaterThanOrEqual(before.epoch);
  if (after.epoch === before.epoch) expect(after.primary).toBe(before.primary);
  expect(await lostOfAll()).toEqual(NOTHING_LOST);
});

test("a primary that comes back without its data is a replica, and wipes nobody", slow, async () => {
  const { untilWell } = theDeployment();
  const before = await untilWell();
  const result = await underLoad("emptied-primary", async (load) => {
    await theHosts().powerOff(before.primary);
    await theHosts().emptyFolder(before.primary, "/var/lib/redis/main");
    // At once: it may be back before any Sentinel has missed it.
    await theHosts().boot(before.primary, { until: "reachable" });
    await load.untilMore(200, 90_000);
    const after = await untilWell();
    expect(after.primary).not.toBe(before.primary);
    expect(after.epoch).toBe(before.epoch + 1);
  });
  expect(result.lost).toBe(0);
  expect(await lostOfAll()).toEqual(NOTHING_LOST);
});

test(
  "no password is an argument, or in a journal, an output or a file for everybody",
  slow,
  async () => {
    const hosts = theHosts();
    const { secrets, outputs, shownAsArguments, temporaryFiles } = theDeployment();
    const passwords = Object.values(secrets);
    const holds = (text: string) => passwords.filter((password) => text.includes(password));
    // The watch sees what runs in a host.
    const watch = watchArguments(["seen-in-a-host"]);
    const shown = hosts.run("h1", ["sh", "-c", "sleep 1; true", "seen-in-a-host"]);
    watch.during(shown);
    await shown;
    expect(watch.found()).not.toEqual([]);
    expect(shownAsArguments()).toEqual([]);
    expect(holds(outputs())).toEqual([]);
    expect(await temporaryFiles()).toEqual([]);
    for (const name of names(ALL)) {
      const journal = await journalOf(hosts, name);
      expect(journal).toContain("ansible");
      expect(holds(journal), name).toEqual([]);
      const files = await filesWithPasswords(hosts, name, passwords);
      expect(files, name).toEqual(name === "app" ? [OF_AGENT] : OF_NODE);
      expect(await filesForAnybody(hosts, name, passwords), name).toEqual([]);
    }
  },
);

// What is done to a cluster after its first day, by `baton deploy` on real systemd hosts, under a load of 200
// writes a second of which none may get lost. One set of hosts for all tests, in this order.
import { expect, test } from "vitest";
import type { HostWish } from "../scenario/support/hosts/changing.ts";
import { inside, unitsOf } from "../scenario/support/hosts/inside.ts";
import { isLetIn, refusedUntil } from "../scenario/support/hosts/refusals.ts";
import { redisCli } from "../scenario/support/hosts/roles.ts";
import { orderOfStarts } from "../scenario/support/hosts/starts.ts";
import { failedOver, quorums, settingOnAll } from "../scenario/support/hosts/looks.ts";
import {
  deployed,
  operated,
  startsNow,
  theCluster,
  useChanging,
} from "../scenario/support/hosts/use-changing.ts";

/** Ansible on six hosts of one machine, which others may be using, too. */
const SLOW_MS = 600_000;
const NODE = "redis-server@main";
const SENTINEL = "redis-sentinel";

const place = (number: number, zone: string, runs: readonly string[]): HostWish => {
  return { name: `h${number}`, address: `10.77.0.1${number}`, zone, runs };
};
const THREE: readonly HostWish[] = [
  place(1, "a", ["redis", "sentinel", "agent"]),
  place(2, "b", ["redis", "sentinel", "agent"]),
  place(3, "c", ["redis", "sentinel", "agent"]),
];
const APP: HostWish = { name: "app", address: "10.77.0.20", zone: "a", runs: ["router"] };
const FOURTH = place(4, "d", ["redis", "sentinel", "agent"]);
const FIFTH = place(5, "e", ["sentinel", "agent"]);
const NOTHING = { h1: 0, h2: 0, h3: 0, app: 0 };
const NAMES = THREE.map(({ name }) => name);

useChanging([...THREE, FOURTH, FIFTH, APP], { hosts: [...THREE, APP], settings: {} });

test(
  "three bare hosts and a router become a cluster",
  async () => {
    await deployed("first deployment");
    expect(await theCluster().untilWhole()).toEqual({ primary: "h1", epoch: 0 });
  },
  SLOW_MS,
);

test(
  "a setting that Redis takes live starts no process anew and changes no role",
  async () => {
    theCluster().change({ settings: { "maxmemory-policy": "volatile-lru", "slowlog-max-len": "256" } });
    const { started, before, after } = await operated("live-setting", async () => {
      await deployed("live setting");
    });
    expect(started).toEqual([]);
    expect(after).toEqual(before);
    expect(await settingOnAll(theCluster(), "maxmemory-policy")).toEqual(
      NAMES.map(() => "volatile-lru"),
    );
    expect(await settingOnAll(theCluster(), "slowlog-max-len")).toEqual(NAMES.map(() => "256"));
  },
  SLOW_MS,
);

test(
  "a setting for a start is rolled out over the replicas, and over the primary after one switchover",
  async () => {
    const { hosts, wish } = theCluster();
    theCluster().change({ settings: { ...wish.settings, databases: "32" } });
    const { started, before, after } = await operated("rolling-setting", async () => {
      await deployed("setting for a start");
    });
    expect(started).toEqual(NAMES.map((name) => `${name} ${NODE}`));
    expect(after.epoch).toBe(before.epoch + 1);
    expect((await orderOfStarts(hosts, NAMES, `${NODE}.service`)).at(-1)).toBe(before.primary);
    expect(await settingOnAll(theCluster(), "databases")).toEqual(NAMES.map(() => "32"));
  },
  SLOW_MS,
);

test(
  "all passwords of the inside are renewed without anybody being refused",
  async () => {
    const cluster = theCluster();
    const { hosts, asking } = cluster;
    const old = cluster.renew("replication", "sentinel", "peer", "agent");
    const { started, before, after } = await operated("rotation", async () => {
      const run = deployed("rotation of four passwords");
      expect(await refusedUntil(run, hosts, THREE)).toEqual([]);
    });
    expect(started).toEqual([
      ...NAMES.flatMap((name) => [`${name} baton-agent`, `${name} ${SENTINEL}`]),
      "app baton-router",
    ]);
    expect(after).toEqual(before);
    const doors = [
      ...(["replication", "sentinel", "agent"] as const).map((user) => ({ user, port: 6379 })),
      ...(["peer", "agent"] as const).map((user) => ({ user, port: 26379 })),
    ];
    for (const host of NAMES)
      for (const { user, port } of doors) {
        const what = `${user} at ${host}:${port}`;
        const now = { user, password: cluster.passwords[user] };
        expect(await isLetIn(asking, host, port, { user, password: old[user] }), what).toBe(false);
        expect(await isLetIn(asking, host, port, now), what).toBe(true);
      }
  },
  SLOW_MS,
);

test(
  "a failover right after that goes as fast as ever",
  async () => {
    const cluster = theCluster();
    const { before, after } = await operated("failover-after-rotation", async () => {
      const { primary } = await cluster.untilWhole();
      cluster.told.push(`promoted ${await failedOver(cluster, primary)} ms after the kill`);
    });
    expect(after.primary).not.toBe(before.primary);
  },
  SLOW_MS,
);

test(
  "a new password of applications without the old one beside it is refused, and nothing that runs changes",
  async () => {
    const cluster = theCluster();
    const old = cluster.passwords.application;
    const starts = await startsNow();
    cluster.renew("application");
    const done = await cluster.deploy();
    expect(done.status).not.toBe(0);
    // Ansible folds what it passes on.
    const said = done.output.replaceAll(/\s+/g, " ");
    expect(said).toContain("give the old one as `secrets.previousApplication`");
    expect(await startsNow()).toEqual(starts);
    const { application } = cluster.passwords;
    for (const host of NAMES)
      for (const port of [6379, 26379]) {
        const user = "default";
        expect(await isLetIn(cluster.asking, host, port, { user, password: old })).toBe(true);
        expect(await isLetIn(cluster.asking, host, port, { user, password: application })).toBe(false);
      }
    // The next test begins with the old one again.
    cluster.restore({ application: old });
  },
  SLOW_MS,
);

test(
  "applications move to a new password while both are accepted, and then the old one is refused",
  async () => {
    const cluster = theCluster();
    const starts = await startsNow();
    const before = await cluster.untilWhole();
    const load = await cluster.load("old-password");
    const old = cluster.renew("application").application;
    cluster.acceptPrevious(old);
    await deployed("both passwords of applications");
    const moved = await cluster.load("new-password");
    await load.untilMore(200, 60_000);
    expect((await cluster.settle(load)).lost).toBe(0);
    cluster.acceptPrevious(undefined);
    await deployed("new password of applications");
    await moved.untilMore(200, 60_000);
    expect((await cluster.settle(moved)).lost).toBe(0);
    expect(await cluster.untilWhole()).toEqual(before);
    const user = "default";
    for (const host of NAMES) {
      for (const port of [6379, 26379])
        expect(await isLetIn(cluster.asking, host, port, { user, password: old })).toBe(false);
    }
    const started = await startsNow();
    for (const host of [...NAMES, "app"])
      expect(started[host]?.[`${NODE}.service`], host).toBe(starts[host]?.[`${NODE}.service`]);
    const done = await deployed("nothing");
    expect(done.changed).toEqual(NOTHING);
  },
  SLOW_MS,
);

/** @returns the quorums in effect then */
async function joined(
  name: string,
  hosts: readonly HostWish[],
): Promise<Readonly<Record<string, string>>> {
  const { started, before, after } = await operated(name, async () => {
    theCluster().change({ hosts });
    await deployed(name);
  });
  expect(after).toEqual(before);
  const nodes = started.filter((one) => one.endsWith(NODE));
  expect(nodes.filter((one) => NAMES.some((host) => one.startsWith(host)))).toEqual([]);
  return await quorums(theCluster());
}

test(
  "a replica joins, and then two Sentinels, and everybody counts by the new electorate",
  async () => {
    const replica = { ...FOURTH, runs: ["redis", "agent"] };
    expect(await joined("replica-added", [...THREE, replica, APP])).toEqual({
      h1: "2",
      h2: "2",
      h3: "2",
    });
    const all = { h1: "3", h2: "3", h3: "3", h4: "3", h5: "3" };
    expect(await joined("sentinels-added", [...THREE, FOURTH, FIFTH, APP])).toEqual(all);
  },
  SLOW_MS,
);

test(
  "hosts are taken out of service, after a handover where one is primary, and nobody counts them any more",
  async () => {
    const cluster = theCluster();
    const { hosts } = cluster;
    const command = ["/usr/local/bin/baton", "switchover", "--file", "/etc/baton/cluster.yml"] as const;
    await inside(hosts, "h1", ...command, "--to", "h4");
    expect((await cluster.untilWhole()).primary).toBe("h4");
    const load = await cluster.load("taken-out");
    const idle = { runs: [] };
    cluster.change({ hosts: [...THREE, { ...FOURTH, ...idle }, { ...FIFTH, ...idle }, APP] });
    await deployed("two hosts out of service");
    await load.untilMore(200, 60_000);
    expect((await cluster.settle(load)).lost).toBe(0);
    const after = await cluster.untilWhole();
    expect(await quorums(theCluster())).toEqual({ h1: "2", h2: "2", h3: "2" });
    for (const { name } of [FOURTH, FIFTH]) {
      const units = Object.values(await unitsOf(hosts, name));
      expect(
        units.filter(({ isActive, isEnabled }) => isActive || isEnabled),
        name,
      ).toEqual([]);
      const left = await inside(hosts, name, "find", "/etc/baton", "-name", "*.conf");
      expect(left, name).toBe("");
    }
    const starts = await startsNow();
    cluster.change({ hosts: [...THREE, APP] });
    await deployed("their lines taken out");
    const { h4: _h4, h5: _h5, ...others } = starts;
    expect(await startsNow()).toEqual(others);
    expect(await cluster.untilWhole()).toEqual(after);
    expect((await deployed("nothing")).changed).toEqual(NOTHING);
  },
  SLOW_MS,
);

test(
  "a dead host is replaced by a bare one, which gets all data, and is counted once",
  async () => {
    const cluster = theCluster();
    const { hosts, asking } = cluster;
    const load = await cluster.load("replaced");
    await hosts.powerOff("h2");
    await hosts.wipe("h2");
    await hosts.boot("h2");
    await deployed("a replaced host alone", "--limit", "h2");
    await deployed("all hosts after it");
    await load.untilMore(200, 60_000);
    expect((await cluster.settle(load)).lost).toBe(0);
    const { primary } = await cluster.untilWhole();
    expect(primary).not.toBe("h2");
    const sizes = await Promise.all(
      NAMES.map(async (name) => await redisCli(asking, name, 6379, "DBSIZE")),
    );
    expect(new Set(sizes).size, sizes.join()).toBe(1);
    expect((await deployed("nothing")).changed).toEqual(NOTHING);
  },
  SLOW_MS,
);

test(
  "newer Redis packages are rolled out over replicas first, with one switchover",
  async () => {
    const { hosts } = theCluster();
    const version = await hosts.offerUpgrade();
    const { started, before, after } = await operated("upgrade", async () => {
      await deployed("upgrade", "--upgrade");
    });
    expect(started).toEqual(NAMES.flatMap((name) => [`${name} ${SENTINEL}`, `${name} ${NODE}`]));
    expect(after.epoch).toBe(before.epoch + 1);
    expect((await orderOfStarts(hosts, NAMES, `${NODE}.service`)).at(-1)).toBe(before.primary);
    for (const name of NAMES) {
      const query = ["dpkg-query", "--show", "--showformat=${Version} "] as const;
      const packages = ["redis-server", "redis-sentinel", "redis-tools"];
      expect(await inside(hosts, name, ...query, ...packages)).toBe(`${version} `.repeat(3));
      for (const unit of [NODE, SENTINEL]) {
        const script = 'readlink "/proc/$(systemctl show --property=MainPID --value "$1")/exe"';
        const program = await inside(hosts, name, "sh", "-c", script, "sh", unit);
        expect(program, `${name} ${unit}`).not.toContain("(deleted)");
      }
    }
  },
  SLOW_MS,
);

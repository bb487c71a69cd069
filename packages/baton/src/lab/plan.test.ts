// What follows from a layout for a lab: command lines by which leftovers are found, places that do not
// collide.
import { describe, expect, test } from "vitest";
import { layoutOf } from "../cluster/layout.ts";
import { clusterOrThrow } from "../cluster/load.ts";
import { withAddresses } from "../cluster/write.ts";
import { defaultCluster } from "./default-cluster.ts";
import { addressesIn, commandOf, type LabPlan, placesOf, planLab, wiresOf } from "./plan.ts";
import { isStartedByLab } from "./registry.ts";

const programs = {
  name: "redis 7.0.15",
  redisServer: ["/usr/bin/redis-server"],
  redisSentinel: ["/usr/bin/redis-sentinel"],
  self: ["node", "cli.js"],
} as const;

function planOf(text: string, wires: boolean): LabPlan {
  const cluster = clusterOrThrow(text, "cluster.yml");
  const addresses = addressesIn("127.0.10", cluster.hosts);
  const layout = layoutOf(withAddresses(cluster, (host) => addresses.get(host) ?? ""));
  return planLab({ directory: "/labs/lab", layout, network: "127.0.10", wires, agents: true });
}

const twoGroups = `${defaultCluster}groups:
  - { name: orders, port: 7001, routerPort: 8001 }
  - { name: cache, port: 7002, routerPort: 8002 }
`;

describe("the plan of a lab", () => {
  test("starts every process with a command line that says which lab it belongs to", () => {
    const plan = planOf(defaultCluster, true);
    expect(plan.units.map(({ id }) => id)).toEqual(
      ["redis h1", "redis h2", "redis h3", "sentinel h1", "sentinel h2", "sentinel h3"].concat([
        "agent h1",
        "agent h2",
        "agent h3",
        "agent app",
      ]),
    );
    for (const unit of plan.units) {
      const argv = commandOf(unit, plan, programs);
      expect([unit.id, isStartedByLab(argv, "/labs/lab")]).toEqual([unit.id, true]);
      expect([unit.id, isStartedByLab(argv, "/labs/la")]).toEqual([unit.id, false]);
    }
  });

  test("listens beside the announced addresses with wires, and at them without", () => {
    const wired = planOf(defaultCluster, true);
    expect(wiresOf(wired)[0]).toEqual({
      host: "h1",
      announced: { address: "127.0.10.1", port: 6379 },
      real: { address: "127.0.10.101", port: 6379 },
    });
    expect(placesOf(wired)).toHaveLength(22);
    const plain = planOf(defaultCluster, false);
    expect(plain.units.map(({ address, listens }) => address === listens)).not.toContain(false);
    expect(placesOf(plain)).toHaveLength(11);
  });

  test.each([defaultCluster, twoGroups])("gives every process places of its own", (text) => {
    const plan = planOf(text, true);
    const places = placesOf(plan).map(({ address, port }) => `${address}:${port}`);
    expect(new Set(places).size).toBe(places.length);
    for (const pick of [({ id }) => id, ({ log }) => log, ({ own }) => own] as ((
      unit: LabPlan["units"][number],
    ) => string)[]) {
      expect(new Set(plan.units.map(pick)).size).toBe(plan.units.length);
    }
  });
});

describe("a process that only names a lab's folder", () => {
  test.each([
    [["tail", "-f", "/labs/lab/h1/redis.log"]],
    [["vi", "/labs/lab/h1/redis.conf"]],
    [["redis-cli", "-h", "127.0.10.1"]],
    [["redis-server", "/labs/lab-2/h1/redis.conf"]],
    [["node", "cli.js", "status", "--file", "/labs/lab/cluster.yml"]],
    [["node", "cli.js", "lab", "own", "--directory", "/labs/lab-2"]],
  ])("is not the lab's own: %j", (argv) => {
    expect(isStartedByLab(argv, "/labs/lab")).toBe(false);
  });

  test.each([
    [["/usr/bin/redis-sentinel", "/labs/lab/h1/sentinel.conf"]],
    [["/e/ld-linux-x86-64.so.2", "--library-path", "/e", "/e/valkey-server", "/labs/lab/h1/redis.conf"]],
  ])("is the lab's own when it is a Redis or a Sentinel of it: %j", (argv) => {
    expect(isStartedByLab(argv, "/labs/lab")).toBe(true);
    expect(isStartedByLab(argv, "/labs/lab-2")).toBe(false);
  });

  test("is the lab's own when it is its owner", () => {
    expect(
      isStartedByLab(["node", "cli.js", "lab", "own", "--directory", "/labs/lab"], "/labs/lab"),
    ).toBe(true);
  });
});

// New certificates for a cluster that speaks TLS, by `baton deploy` on real systemd hosts, under a load
// of 200 writes a second through the router.
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  certified,
  makeAuthority,
  ON_HOST,
  type Shown,
  served,
} from "../scenario/support/hosts/certificates.ts";
import type { HostWish } from "../scenario/support/hosts/changing.ts";
import { ROUTER_PORT } from "../scenario/support/hosts/deployment.ts";
import { deployed, operated, theCluster, useChanging } from "../scenario/support/hosts/use-changing.ts";

/** Ansible on four hosts of one machine, which others may be using, too. */
const SLOW_MS = 600_000;

const NODES = ["a", "b", "c"].map((zone, index): HostWish => {
  const number = index + 1;
  const runs = ["redis", "sentinel", "agent"];
  return { name: `h${number}`, address: `10.77.0.1${number}`, zone, runs };
});
const APP: HostWish = { name: "app", address: "10.77.0.20", zone: "a", runs: ["router"] };
const DOORS = [
  ...NODES.map((host) => ({ ...host, ports: [6379, 26379] })),
  { ...APP, ports: [ROUTER_PORT] },
];

useChanging([...NODES, APP], { hosts: [...NODES, APP], settings: {} });

test(
  "certificates are renewed on nodes, Sentinels and the router, and no node is started anew for it",
  async () => {
    const cluster = theCluster();
    const { hosts, folder } = cluster;
    const authority = await makeAuthority(join(folder, "authority"));
    cluster.encrypt(ON_HOST, authority.file);
    const first = await certified(authority, hosts, DOORS);
    await deployed("a new cluster with TLS");
    expect(await served(authority, hosts, DOORS)).toEqual(first);
    let second: Shown = {};
    const { started, before, after } = await operated("certificates", async () => {
      second = await certified(authority, hosts, DOORS);
      await deployed("new certificates");
    });
    expect(await served(authority, hosts, DOORS)).toEqual(second);
    expect(started).toEqual([
      ...NODES.flatMap(({ name }) => [`${name} baton-agent`, `${name} redis-sentinel`]),
      "app baton-router",
    ]);
    expect(after).toEqual(before);
    expect((await deployed("nothing")).changed).toEqual({ h1: 0, h2: 0, h3: 0, app: 0 });
  },
  2 * SLOW_MS,
);

// One of every sort of target for a scenario: what agents are told of it, what clients would see.
import { openDnsDoor } from "../../../packages/baton/src/targets/fakes/dns-door.fixture.ts";
import { openSubject } from "../../../packages/baton/src/targets/fakes/digitalocean.fixture.ts";
import { dropletSettings } from "../../../packages/baton/src/targets/fakes/digitalocean-droplets.fixture.ts";
import * as balancer from "../../../packages/baton/src/targets/fakes/digitalocean-load-balancer.fixture.ts";
import { type Door, openHttpDoor } from "../../../packages/baton/src/targets/fakes/door.fixture.ts";
import { openFakeIplb } from "../../../packages/baton/src/targets/fakes/ovh-iplb.fixture.ts";
import { TEST_SECRET } from "../../../packages/baton/src/targets/surroundings.fixture.ts";
import type { LabHandle } from "../../../packages/baton/src/lab/index.ts";
import { startEtcd } from "../../targets/support/etcd.ts";
import { openEtcdPlace } from "../../targets/support/etcd-place.ts";
import { NAME, nameServers, ZONE } from "../../targets/support/name-servers.ts";
import { iplbEndpoints, iplbSettings } from "../../targets/support/ovh-iplb.ts";
import { zoneView } from "../../targets/support/zone-view.ts";
import { startHaproxy } from "./haproxy.ts";

/** A place that clients are led to, past all doors. */
export interface FarSide {
  readonly name: string;
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
  shown(): Promise<string | undefined>;
  /** undefined for HAProxy, which keeps none. */
  history(): Promise<readonly string[] | undefined>;
  /** Once the lab has its addresses. */
  begin?(own: LabHandle): void;
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

function byDoor(door: Door): Pick<FarSide, "settings" | "down" | "up"> {
  return {
    settings: door.settings,
    down: () => Promise.resolve(door.trouble({ kind: "stall", to: "all" })),
    up: () => Promise.resolve(door.trouble({ kind: "none" })),
  };
}

async function haproxySide(): Promise<FarSide> {
  const proxy = await startHaproxy();
  return {
    name: "proxy",
    kind: "haproxy",
    settings: proxy.settings,
    shown: () => proxy.shown(),
    history: () => Promise.resolve(undefined),
    down: () => proxy.refuse(),
    up: () => proxy.recover(),
    close: () => proxy.close(),
  };
}

async function etcdSide(): Promise<FarSide> {
  const server = await startEtcd();
  const subject = await openEtcdPlace(server);
  const door = await subject.openDoor();
  return {
    name: "store",
    kind: "etcd",
    ...byDoor(door),
    shown: () => subject.shown(),
    history: () => subject.history(),
    async close() {
      await door.close();
      await server.close();
    },
  };
}

async function dnsSide(): Promise<FarSide> {
  const names = await nameServers.knot();
  const view = zoneView(names);
  const own = { zone: ZONE, record: NAME, key: "baton", ttl: "1s", timeout: "3s", checkEvery: "1s" };
  const settingsOf = (server: string) => ({ ...own, server });
  const door = await openDnsDoor({ port: names.port, settingsOf });
  return {
    name: "name",
    kind: "dns-update",
    ...byDoor(door),
    shown: () => view.shown(),
    history: () => view.history(),
    async close() {
      await door.close();
      await names.close();
    },
  };
}

async function ovhSide(): Promise<FarSide> {
  const fake = await openFakeIplb(iplbEndpoints, TEST_SECRET);
  const door = await openHttpDoor({
    upstream: fake.base,
    settingsOf: (base) => iplbSettings(base, { timeout: "30s" }),
  });
  return {
    name: "ovh",
    kind: "ovh-iplb",
    ...byDoor(door),
    shown: () => Promise.resolve(fake.iplb.active().join("+") || undefined),
    history: () => Promise.resolve(fake.iplb.history),
    async close() {
      await door.close();
      await fake.close();
    },
  };
}

async function digitalOceanSide(): Promise<FarSide> {
  const subject = await openSubject("loadBalancer", {
    loadBalancer: balancer.LOAD_BALANCER,
    droplets: dropletSettings,
  });
  const door = await subject.openDoor();
  // Nobody may look at it before its droplets have the addresses of the lab.
  door.trouble({ kind: "stall", to: "all" });
  return {
    name: "droplets",
    kind: "digitalocean-load-balancer",
    ...byDoor(door),
    begin(own) {
      for (const [host, id] of Object.entries(dropletSettings)) {
        const droplet = subject.cloud.droplets.find(id);
        const plan = own.layout.cluster.hosts.find(({ name }) => name === host);
        if (droplet !== undefined && plan !== undefined) droplet.address = plan.address;
      }
      door.trouble({ kind: "none" });
    },
    shown: () => subject.shown(),
    history: () => subject.history(),
    async close() {
      await door.close();
      await subject.close();
    },
  };
}

/** HAProxy, etcd, a name server, and the clouds of OVHcloud and DigitalOcean. */
export const openFarSides = async (): Promise<readonly FarSide[]> => [
  await haproxySide(),
  await etcdSide(),
  await dnsSide(),
  await ovhSide(),
  await digitalOceanSide(),
];

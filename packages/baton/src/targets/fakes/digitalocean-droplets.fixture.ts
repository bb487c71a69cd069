// Droplets and their tags as DigitalOcean describes them, for tests.
import { testNodes } from "../surroundings.fixture.ts";
import { notFound } from "./digitalocean-account.fixture.ts";
import type { FakeRoute } from "./fake-api.fixture.ts";

export const REGION = {
  name: "Frankfurt 1",
  slug: "fra1",
  features: ["backups", "ipv6", "metadata"],
  available: true,
  sizes: ["s-2vcpu-4gb"],
};
export const VPC = "c33931f2-a26a-4e61-b85c-4e95a2ec431b";

export interface FakeDroplet {
  readonly id: number;
  /** `10.9.0.1:6379` */
  readonly place: string;
  address: string;
  region: string;
  vpc: string;
  status: "new" | "active" | "off" | "archive";
  /** Something is done to it: nothing else can be. */
  isPending: boolean;
  readonly tags: Set<string>;
}

/** h1 is 3164441, and so on. */
export const dropletId = (host: number): number => 3_164_440 + host;

export const dropletSettings = Object.fromEntries(
  testNodes.map(({ host }, index) => [host, dropletId(index + 1)]),
);

export class FakeDroplets {
  private readonly known = testNodes.map(
    ({ endpoint: { address, port } }, index): FakeDroplet => ({
      id: dropletId(index + 1),
      place: `${address}:${port}`,
      address,
      region: REGION.slug,
      vpc: VPC,
      status: "active",
      isPending: false,
      tags: new Set(),
    }),
  );
  readonly routes: readonly FakeRoute[] = [
    [
      "GET",
      /^\/v2\/droplets\/(\d+)$/,
      ({ params: [id] }) => {
        const found = this.find(Number(id));
        return found === undefined ? notFound() : { status: 200, body: { droplet: described(found) } };
      },
    ],
  ];

  find(id: number): FakeDroplet | undefined {
    return this.known.find((one) => one.id === id);
  }
  /** @throws Error for a number that is no host's. */
  host(number: number): FakeDroplet {
    const found = this.find(dropletId(number));
    if (found === undefined) throw new Error(`there is no droplet of h${number}`);
    return found;
  }
  /** Somebody has destroyed it. */
  destroy(number: number): void {
    this.known.splice(this.known.indexOf(this.host(number)), 1);
  }
  /** Another machine of the team, on which no node runs. */
  addStranger(id: number): FakeDroplet {
    const stranger = {
      ...this.host(1),
      id,
      place: `stranger-${id}`,
      address: "10.9.0.99",
      tags: new Set<string>(),
    };
    this.known.push(stranger);
    return stranger;
  }
  placeOf(id: number): string {
    return this.find(id)?.place ?? `droplet ${id}`;
  }
  tagged(tag: string): readonly number[] {
    return this.known.filter(({ tags }) => tags.has(tag)).map(({ id }) => id);
  }
}

export function described({ id, address, region, vpc, status, isPending, tags }: FakeDroplet): unknown {
  const size = {
    slug: "s-2vcpu-4gb",
    memory: 4_096,
    vcpus: 2,
    disk: 80,
    transfer: 4,
    price_monthly: 24,
    price_hourly: 0.035_71,
    regions: [REGION.slug],
    available: true,
    description: "Basic",
  };
  const image = {
    id: 7_555_620,
    name: "12 x64",
    distribution: "Debian",
    slug: "debian-12-x64",
    public: true,
  };
  return {
    id,
    name: `redis-${id}`,
    memory: 4_096,
    vcpus: 2,
    disk: 80,
    locked: isPending,
    status,
    created_at: "2026-07-21T18:37:44Z",
    features: ["monitoring"],
    backup_ids: [],
    next_backup_window: null,
    snapshot_ids: [],
    image,
    volume_ids: [],
    size,
    size_slug: size.slug,
    networks: {
      v4: [
        { ip_address: address, netmask: "255.255.240.0", gateway: "10.9.0.1", type: "private" },
        { ip_address: "203.0.113.7", netmask: "255.255.255.0", gateway: "203.0.113.1", type: "public" },
      ],
      v6: [],
    },
    region: { ...REGION, slug: region },
    tags: [...tags],
    vpc_uuid: vpc,
  };
}

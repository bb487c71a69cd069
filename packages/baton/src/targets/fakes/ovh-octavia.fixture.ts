// OVHcloud's own API in front of Octavia, for tests: made by hand after its documentation, as its document is
// no part of those that tests have. Members one by one; a change that is under way refuses every other.
import { TEST_SECRET } from "../surroundings.fixture.ts";
import type { FakeReply, FakeRequest, FakeRoute } from "./fake-api.fixture.ts";
import { FAKE_PROJECT } from "./octavia.fixture.ts";
import { type OvhFake, openOvhFake, ovhNewStyle } from "./ovh-auth.fixture.ts";

const idOf = (number: number): string => `00000000-0000-4000-9000-${String(number).padStart(12, "0")}`;

interface Member {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly protocolPort: number;
  readonly weight: number;
  readonly operatingStatus: string;
  readonly provisioningStatus: string;
}
type Added = Pick<Member, "address" | "protocolPort"> & Partial<Pick<Member, "name" | "weight">>;

export class OvhPoolState {
  readonly id = idOf(1);
  readonly balancerId = idOf(2);
  protocol = "tcp";
  timeoutMs = 3_600_000;
  hasListener = true;
  /** How long a change takes to be in force, milliseconds. */
  workMs = 30;
  members: readonly Member[] = [];
  private live: readonly string[] = [];
  private readonly past: string[] = [];
  /** How many members took connections at most, and at least since the first did. */
  readonly seen = { most: 0, least: Number.POSITIVE_INFINITY };
  private lastId = 100;
  private timer: NodeJS.Timeout | undefined;

  isBusy(): boolean {
    return this.members.some(({ provisioningStatus }) => provisioningStatus !== "active");
  }

  status(): string {
    return this.isBusy() ? "updating" : "active";
  }

  add(members: readonly Added[]): readonly Member[] {
    const fresh = members.map((one) => this.memberOf(one, "creating"));
    this.members = [...this.members, ...fresh];
    this.begin();
    return fresh;
  }

  change(id: string, what: Partial<Member>): void {
    this.members = this.members.map((one) => (one.id === id ? { ...one, ...what } : one));
    this.begin();
  }

  /** By hand in the panel, in force at once. */
  set(members: readonly Added[]): void {
    clearTimeout(this.timer);
    this.members = members.map((one) => this.memberOf(one, "active"));
    this.apply();
  }

  /** While there are two, a client may be led to the one of the older epoch. */
  shown(): string | undefined {
    return this.live[0];
  }

  history(): readonly string[] {
    return [...this.past];
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private memberOf(one: Added, provisioningStatus: string): Member {
    this.lastId += 1;
    const id = idOf(this.lastId);
    return { name: "", weight: 1, ...one, id, operatingStatus: "noMonitor", provisioningStatus };
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.members = this.members
        .filter(({ provisioningStatus }) => provisioningStatus !== "deleting")
        .map((one) => ({ ...one, provisioningStatus: "active" }));
      this.apply();
    }, this.workMs);
  }

  private apply(): void {
    const epochIn = ({ name }: Member) => Number(/-epoch-(\d+)$/.exec(name)?.[1] ?? -1);
    const now = this.members
      .toSorted((one, other) => epochIn(one) - epochIn(other))
      .map(({ address, protocolPort }) => `${address}:${protocolPort}`);
    if (now.join() !== this.live.join()) this.past.push(...now);
    this.live = now;
    if (now.length === 0 && this.seen.most === 0) return;
    this.seen.most = Math.max(this.seen.most, now.length);
    this.seen.least = Math.min(this.seen.least, now.length);
  }
}

const notFound = (what: string): FakeReply => ovhNewStyle(404, "NotFound", `${what} not found`);
const immutable = ({ id }: OvhPoolState): FakeReply =>
  ovhNewStyle(409, "Conflict", `Pool ${id} is immutable and cannot be updated.`);
const ok = (body?: unknown): FakeReply => ({ status: 200, body });

function memberRoutes(pool: OvhPoolState, base: string): readonly FakeRoute[] {
  const at = (path: string) => new RegExp(`^${base}/pool/([^/]+)${path}$`);
  const inPool =
    (handle: (request: FakeRequest, memberId: string) => FakeReply) => (request: FakeRequest) => {
      const [poolId, memberId = ""] = request.params;
      if (poolId !== pool.id) return notFound("Pool");
      const isKnown = pool.members.some(({ id }) => id === memberId);
      if (memberId !== "" && !isKnown) return notFound("Member");
      return request.method !== "GET" && pool.isBusy() ? immutable(pool) : handle(request, memberId);
    };
  const { id, balancerId: loadbalancerId } = pool;
  const about = () => ({
    id,
    loadbalancerId,
    protocol: pool.protocol,
    provisioningStatus: pool.status(),
  });
  return [
    ["GET", at(""), inPool(() => ok(about()))],
    ["GET", at("/member"), inPool(() => ok(pool.members))],
    [
      "POST",
      at("/member"),
      inPool(({ body }) => ok(pool.add((body as { readonly members: readonly Added[] }).members))),
    ],
    [
      "PUT",
      at("/member/([^/]+)"),
      inPool(({ body }, memberId) => {
        const strange = Object.keys(body as object).find((key) => key !== "name" && key !== "weight");
        if (strange !== undefined) return ovhNewStyle(400, "BadRequest", `${strange} cannot be edited`);
        pool.change(memberId, { ...(body as Partial<Member>), provisioningStatus: "updating" });
        return ok(pool.members.find((one) => one.id === memberId));
      }),
    ],
    [
      "DELETE",
      at("/member/([^/]+)"),
      inPool((_request, memberId) => {
        pool.change(memberId, { provisioningStatus: "deleting" });
        return ok();
      }),
    ],
  ];
}

export interface FakeOvhOctavia extends OvhFake {
  readonly pool: OvhPoolState;
  /** What the cluster file would say. */
  settingsOf(base: string): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function openFakeOvhOctavia(): Promise<FakeOvhOctavia> {
  const pool = new OvhPoolState();
  const base = `/cloud/project/${FAKE_PROJECT}/region/GRA11/loadbalancing`;
  const listener = () => ({
    id: idOf(3),
    defaultPoolId: pool.id,
    timeoutClientData: pool.timeoutMs,
    timeoutMemberData: pool.timeoutMs,
  });
  const listeners: FakeRoute = [
    "GET",
    new RegExp(`^${base}/listener$`),
    () => ok(pool.hasListener ? [listener()] : []),
  ];
  const fake = await openOvhFake({
    secret: TEST_SECRET,
    contract: undefined,
    routes: [...memberRoutes(pool, base), listeners],
    unknown: () => notFound("Route"),
  });
  return {
    ...fake,
    pool,
    settingsOf: (place) => ({
      api: "ovh",
      pool: pool.id,
      project: FAKE_PROJECT,
      region: "GRA11",
      endpoint: `${place}/1.0`,
      checkEvery: "1s",
      timeout: "5s",
    }),
    async close() {
      pool.close();
      await fake.api.close();
    },
  };
}

// DigitalOcean as far as targets go, for tests: an account with three droplets, a reserved IP, a load
// balancer and a domain. Every request and reply is held against the vendor's own document.
import { missing, seen, waitFor } from "../../sys/wait.ts";
import { place } from "../bench.fixture.ts";
import type { SharedSubject } from "../shared-stage.fixture.ts";
import { openContract, whyNoContract } from "./contract.fixture.ts";
import { FakeAccount, notFound, Timeline } from "./digitalocean-account.fixture.ts";
import { FakeDomain } from "./digitalocean-dns.fixture.ts";
import { dropletId, FakeDroplets } from "./digitalocean-droplets.fixture.ts";
import { FakeLoadBalancer } from "./digitalocean-load-balancer.fixture.ts";
import { FakeReservedIp } from "./digitalocean-reserved-ip.fixture.ts";
import { openHttpDoor } from "./door.fixture.ts";
import { type FakeApi, type FakeRoute, openFakeApi } from "./fake-api.fixture.ts";

const DOCUMENT = "digitalocean.json";
export const whyNoDigitalOcean = whyNoContract(DOCUMENT);

export interface FakeDigitalOcean extends FakeApi {
  readonly account: FakeAccount;
  readonly droplets: FakeDroplets;
  readonly reservedIp: FakeReservedIp;
  readonly loadBalancer: FakeLoadBalancer;
  readonly domain: FakeDomain;
  /** Resolves when everything has happened that was begun. */
  ended(): Promise<void>;
}

async function openFakeDigitalOcean(): Promise<FakeDigitalOcean> {
  const timeline = new Timeline();
  const account = new FakeAccount();
  const droplets = new FakeDroplets();
  const reservedIp = new FakeReservedIp(timeline, droplets);
  const loadBalancer = new FakeLoadBalancer(timeline, droplets);
  const domain = new FakeDomain();
  const withHeaders = ([method, pattern, handle]: FakeRoute): FakeRoute => [
    method,
    pattern,
    async (request) => {
      timeline.settle();
      const reply = await handle(request);
      return { ...reply, headers: { ...account.headers(), ...reply.headers } };
    },
  ];
  const api = await openFakeApi({
    contract: openContract(DOCUMENT),
    routes: [droplets, reservedIp, loadBalancer, domain].flatMap(({ routes }) =>
      routes.map(withHeaders),
    ),
    before: (request) => account.judge(request),
    unknown: notFound,
  });
  const look = () => (timeline.isIdle() ? seen(undefined) : missing("a change is under way"));
  const ended = () => waitFor("the cloud to be done", look, { withinMs: 5_000, everyMs: 5 });
  return {
    ...api,
    account,
    droplets,
    reservedIp,
    loadBalancer,
    domain,
    ended,
  };
}

/** What the promises of shared targets look at: the reserved IP, the load balancer or the name `redis`. */
export type Part = "reservedIp" | "loadBalancer" | "domain";

export interface PartSubject extends SharedSubject {
  readonly cloud: FakeDigitalOcean;
}

function meddleWith(
  { reservedIp, loadBalancer, domain }: FakeDigitalOcean,
  part: Part,
  host: number,
): void {
  if (part === "reservedIp") reservedIp.lead(dropletId(host));
  else if (part === "loadBalancer") loadBalancer.lead([dropletId(host)]);
  else domain.lead(place(host).replace(/:\d+$/, ""));
}

/** A fresh cloud; `settings` are those of the kind, without the endpoint. */
export async function openSubject(
  part: Part,
  settings: Readonly<Record<string, unknown>>,
  prepare: (cloud: FakeDigitalOcean) => void = () => undefined,
): Promise<PartSubject> {
  const cloud = await openFakeDigitalOcean();
  prepare(cloud);
  const settingsOf = (endpoint: string) => ({ checkEvery: "1s", timeout: "2s", ...settings, endpoint });
  // A late change must not be overlooked because the vendor is not done with it.
  const looked = async <T>(look: () => T) => {
    await cloud.ended();
    return look();
  };
  return {
    cloud,
    openDoor: () => openHttpDoor({ upstream: cloud.base, settingsOf }),
    shown: () => looked(() => cloud[part].place()),
    history: () => looked(() => [...cloud[part].history]),
    meddle: (host) => looked(() => meddleWith(cloud, part, host)),
    revoke: () => looked(() => void (cloud.account.isRevoked = true)),
    restore: () => looked(() => void (cloud.account.isRevoked = false)),
    close: () => cloud.close(),
  };
}

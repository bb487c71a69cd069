// A DNS zone at OVHcloud against a copy of it: the promises of every shared target, and what is special here:
// staged and live, the note beside the record, and names that look alike.
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { whyNoContract } from "../../packages/baton/src/targets/fakes/contract.fixture.ts";
import { openHttpDoor } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import {
  DNS_NAME,
  DNS_ZONE,
  DOMAIN_DOCUMENT,
  openFakeZone,
} from "../../packages/baton/src/targets/fakes/ovh-dns.fixture.ts";
import { ovhDns } from "../../packages/baton/src/targets/kinds/ovh-dns.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Proof, Surroundings } from "../../packages/baton/src/targets/target.ts";

const settingsOf = (base: string, more: Readonly<Record<string, unknown>> = {}) => ({
  endpoint: `${base}/1.0`,
  tokenUrl: `${base}/auth/oauth2/token`,
  zone: DNS_ZONE,
  subDomain: DNS_NAME,
  checkEvery: "1s",
  timeout: "10s",
  ...more,
});

sharedConformance(ovhDns, { hasCredentials: true }, async () => {
  const fake = await openFakeZone(TEST_SECRET);
  const { zone, auth } = fake;
  // All promises hold for a machine whose clock is 10 minutes fast.
  auth.skewMs = -600_000;
  const shown = (address: string) => `${address}:6379`;
  return {
    openDoor: () => openHttpDoor({ upstream: fake.base, settingsOf }),
    async shown() {
      await turn();
      const addresses = zone.addresses();
      return addresses.length === 0 ? undefined : shown(addresses.join("+"));
    },
    history: () => Promise.resolve(zone.history.map(shown)),
    meddle: (host) => Promise.resolve(zone.leadByHand(`10.9.0.${host}`)),
    revoke: () => Promise.resolve(void (auth.status = "expired")),
    restore: () => Promise.resolve(void (auth.status = "validated")),
    close: () => fake.close(),
  };
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function scene() {
  const fake = await openFakeZone(TEST_SECRET);
  closers.push(() => fake.close());
  const agent = async (
    settings: Readonly<Record<string, unknown>> = {},
    surroundings: Partial<Surroundings> = {},
  ) => {
    const own = ovhDns.settings.parse(settingsOf(fake.base, settings));
    const target = await ovhDns.open(own, testSurroundings(surroundings));
    closers.push(async () => await target.close?.());
    return target;
  };
  return { ...fake, agent };
}

const soon = () => AbortSignal.timeout(10_000);
const to = (host: number, epoch: number): Change => {
  const endpoint = { address: `10.9.0.${host}`, port: 6379 };
  return { group: "main", endpoint, epoch, from: undefined, role: "leader" };
};
const problems = (proofs: readonly Proof[] | undefined): readonly string[] =>
  (proofs ?? []).flatMap(({ verdict, sentence }) => (verdict === "problem" ? [sentence] : []));
const mark = (epoch: number, host: number, state: string, group = "main") =>
  `"baton group=${group} epoch=${epoch} primary=10.9.0.${host}:6379 state=${state}"`;

test("name servers learn of the address and the epoch, and the note says that they did", async () => {
  const { zone, agent } = await scene();
  const target = await agent();
  expect(await target.read?.(soon())).toBeUndefined();
  await target.write(to(2, 5), soon());
  expect(zone.addresses()).toEqual(["10.9.0.2"]);
  expect(zone.of("A", "redis")).toMatchObject([{ target: "10.9.0.2", ttl: 60 }]);
  expect(zone.of("TXT", "_baton.redis")).toMatchObject([{ target: mark(5, 2, "live"), ttl: 60 }]);
  expect(await target.read?.(soon())).toEqual({
    endpoint: { address: "10.9.0.2", port: 6379 },
    epoch: 5,
    raw: "10.9.0.2 (epoch 5)",
  });
  await target.write(to(2, 5), soon());
  expect(zone.refreshes).toBe(1);
});

test("another agent refreshes the zone when one has died before it did", async () => {
  const { zone, agent } = await scene();
  await (await agent()).write(to(1, 5), soon());
  const [text] = zone.of("TXT", "_baton.redis");
  const [address] = zone.of("A", "redis");
  if (text === undefined || address === undefined) throw new Error("no records");
  zone.staged.set(text.id, { ...text, target: mark(6, 2, "staged") });
  zone.staged.set(address.id, { ...address, target: "10.9.0.2" });
  const other = await agent();
  expect(await other.read?.(soon())).toMatchObject({ endpoint: { port: 0 }, epoch: 6 });
  await other.write(to(2, 6), soon());
  expect(zone.addresses()).toEqual(["10.9.0.2"]);
  expect(zone.of("TXT", "_baton.redis")).toMatchObject([{ target: mark(6, 2, "live") }]);
});

test("an older epoch is refused by what the zone says, without any memory", async () => {
  const { zone, agent } = await scene();
  await (await agent()).write(to(2, 7), soon());
  await expect((await agent()).write(to(1, 6), soon())).rejects.toThrow(
    "holds epoch 7 (10.9.0.2:6379), and 6 is older",
  );
  expect(zone.history).toEqual(["10.9.0.2"]);
});

test("records of other names and types are left alone, however alike they are", async () => {
  const { zone, agent } = await scene();
  const others = [
    zone.put("A", "xbaton.redis", "192.0.2.1"),
    zone.put("TXT", "xbaton.redis", mark(99, 3, "live")),
    zone.put("TXT", "redis", '"v=spf1 -all"'),
    zone.put("TXT", "_baton.redis", '"something else"'),
    zone.put("A", "redis2", "192.0.2.2"),
    zone.put("MX", "redis", "10 mail.example.org."),
  ];
  const target = await agent();
  await target.write(to(1, 5), soon());
  await target.write(to(2, 6), soon());
  for (const other of others) expect(zone.staged.get(other.id)).toEqual(other);
  expect(zone.addresses()).toEqual(["10.9.0.2"]);
});

test("two records for the name become one", async () => {
  const { zone, agent } = await scene();
  zone.put("A", "redis", "10.9.0.1");
  zone.put("A", "redis", "10.9.0.3");
  zone.put("TXT", "_baton.redis", mark(4, 3, "live"));
  zone.put("TXT", "_baton.redis", mark(3, 1, "live"));
  const target = await agent();
  expect(await target.read?.(soon())).toMatchObject({ endpoint: { port: 0 }, epoch: 4 });
  await target.write(to(1, 5), soon());
  expect(zone.addresses()).toEqual(["10.9.0.1"]);
  expect(zone.of("TXT", "_baton.redis")).toMatchObject([{ target: mark(5, 1, "live") }]);
});

test("a name that another group has is not taken from it", async () => {
  const { zone, agent } = await scene();
  zone.put("A", "redis", "10.9.0.9");
  zone.put("TXT", "_baton.redis", mark(4, 9, "live", "sessions"));
  const target = await agent();
  await expect(target.read?.(soon())).rejects.toThrow(
    /redis\.example\.org belongs to the group sessions/,
  );
  await expect(target.write(to(1, 5), soon())).rejects.toThrow(/sessions/);
  expect(zone.of("A", "redis")).toMatchObject([{ target: "10.9.0.9" }]);
});

test("a record that is right already is adopted without a write", async () => {
  const { zone, agent, requests } = await scene();
  zone.put("A", "redis", "10.9.0.1", 60);
  const target = await agent();
  const endpoint = { address: "10.9.0.1", port: 6379 };
  expect(await target.read?.(soon())).toEqual({ endpoint, epoch: undefined, raw: "10.9.0.1" });
  expect(requests.every((one) => one.startsWith("GET "))).toBe(true);
});

test("proves what would lead clients elsewhere, or keep them too long", async () => {
  const { zone, agent, auth } = await scene();
  zone.put("A", "redis", "10.9.0.1", 3_600);
  zone.put("AAAA", "redis", "2001:db8::1");
  const nodes = [
    { host: "h1", endpoint: { address: "10.9.0.1", port: 6379 } },
    { host: "h2", endpoint: { address: "10.9.0.2", port: 6380 } },
    { host: "h3", endpoint: { address: "2001:db8::3", port: 6380 } },
  ];
  expect(problems(await (await agent({}, { nodes })).prove?.(soon()))).toEqual([
    expect.stringMatching(/^redis\.example\.org A 10\.9\.0\.1: its TTL is 3600 s/),
    expect.stringMatching(/has a AAAA record, too \(2001:db8::1\)/),
    expect.stringMatching(/^nodes listen on ports 6379, 6380/),
    expect.stringMatching(/^h3 \(2001:db8::3\) has no address for a record of type A$/),
  ]);
  const base = `/domain/zone/${DNS_ZONE}`;
  auth.rules = [
    { method: "GET", path: `${base}/*` },
    { method: "PUT", path: `${base}/record/*` },
  ];
  const lacks = problems(await (await agent()).prove?.(soon())).filter((one) => one.includes("lacks"));
  expect(lacks.map((one) => one.replace("the consumer key lacks the access rule ", ""))).toEqual([
    `POST ${base}/record`,
    `DELETE ${base}/record/*`,
    `POST ${base}/refresh`,
  ]);
});

test("works with a service account, and with a clock that is 10 minutes off", async () => {
  const { zone, agent, auth } = await scene();
  auth.skewMs = 600_000;
  const account = await agent({ credentials: "service-account" });
  await account.write(to(1, 5), soon());
  const signing = await agent({}, { wallMs: () => Date.now() - 600_000 });
  await signing.write(to(2, 6), soon());
  expect(zone.history).toEqual(["10.9.0.1", "10.9.0.2"]);
  expect(auth.tokens()).toBe(1);
});

test("a TTL below OVHcloud's least is refused in the cluster file", () => {
  const base = "https://gateway.example";
  expect(ovhDns.settings.safeParse(settingsOf(base, { ttl: 59 })).success).toBe(false);
  expect(ovhDns.settings.safeParse(settingsOf(base, { ttl: 60 })).success).toBe(true);
  for (const subDomain of ["a b", "../x", "-a", "a..b", "%", "A"]) {
    expect(ovhDns.settings.safeParse(settingsOf(base, { subDomain })).success, subDomain).toBe(false);
  }
});

test("every request and reply is as OVHcloud's own document has it", async (context) => {
  const missing = whyNoContract(DOMAIN_DOCUMENT);
  context.skip(missing !== undefined, missing);
  const fake = await openFakeZone(TEST_SECRET);
  const own = ovhDns.settings.parse(settingsOf(fake.base));
  const target = await ovhDns.open(own, testSurroundings());
  await target.write(to(1, 5), soon());
  fake.zone.put("A", DNS_NAME, "10.9.0.1");
  await target.write(to(2, 6), soon());
  await target.read?.(soon());
  await target.prove?.(soon());
  await target.close?.();
  const methods = new Set(fake.requests.map((one) => one.split(" ")[0]));
  expect(methods).toEqual(new Set(["DELETE", "GET", "POST", "PUT"]));
  // Throws for whatever was against the document.
  await fake.close();
});

// OVHcloud's IP load balancer against a copy of it: the promises of every shared target, and how servers,
// ports and access rules are treated.
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { openContract, whyNoContract } from "../../packages/baton/src/targets/fakes/contract.fixture.ts";
import { openHttpDoor } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import {
  IPLB_DOCUMENT,
  IPLB_FARM,
  IPLB_SERVICE,
  openFakeIplb,
} from "../../packages/baton/src/targets/fakes/ovh-iplb.fixture.ts";
import { ovhIplb } from "../../packages/baton/src/targets/kinds/ovh-iplb.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import { iplbEndpoints, iplbSettings, openIplbScene, problems, soon, to } from "./support/ovh-iplb.ts";

sharedConformance(ovhIplb, { hasCredentials: true, timeoutMs: 180_000 }, async () => {
  const fake = await openFakeIplb(iplbEndpoints, TEST_SECRET);
  const { iplb, auth } = fake;
  // All promises hold for a machine whose clock is 10 minutes slow.
  auth.skewMs = 600_000;
  return {
    openDoor: () => openHttpDoor({ upstream: fake.base, settingsOf: iplbSettings }),
    async shown() {
      await turn();
      return iplb.active().length === 0 ? undefined : iplb.active().join("+");
    },
    history: () => Promise.resolve(iplb.history),
    meddle: (host) => Promise.resolve(iplb.activeByHand(`10.9.0.${host}`)),
    revoke: () => Promise.resolve(void (auth.status = "refused")),
    restore: () => Promise.resolve(void (auth.status = "validated")),
    close: () => fake.close(),
  };
});

test("exactly one server is active, all carry the epoch, and what a person wrote stays", async () => {
  const { iplb, agent } = await openIplbScene();
  const target = await agent();
  await target.write(to(2, 5), soon());
  const servers = [...iplb.live.values()];
  expect(servers.map(({ status }) => status)).toEqual(["inactive", "active", "inactive"]);
  for (const { displayName, address, onMarkedDown } of servers) {
    expect(displayName).toMatch(
      new RegExp(`^redis ${address} \\[baton epoch=5 stage=[\\d.]+\\.[0-9a-f]{4}\\]$`),
    );
    expect(onMarkedDown).toBe("shutdown-sessions");
  }
  await target.write(to(3, 6), soon());
  expect(iplb.active()).toEqual([place(3)]);
  expect([...iplb.live.values()].map(({ displayName }) => displayName?.match(/baton/g)?.length)).toEqual(
    [1, 1, 1],
  );
  expect(iplb.history).toEqual([place(2), place(3)]);
});

test("nothing of a server is reset, whether OVHcloud keeps or resets what a change leaves out", async () => {
  for (const resetsOmitted of [false, true]) {
    const { iplb, agent } = await openIplbScene();
    iplb.hands.resetsOmitted = resetsOmitted;
    const [id = 0] = iplb.staged.keys();
    const kept = { weight: 17, probe: true, ssl: true, proxyProtocolVersion: "v2", chain: "PEM" };
    const before = iplb.staged.get(id);
    if (before !== undefined) iplb.staged.set(id, { ...before, ...kept, port: null });
    await (await agent()).write(to(1, 5), soon());
    expect(iplb.live.get(id)).toMatchObject({ ...kept, port: null, status: "active" });
  }
});

test("a node without a server gets one, in the manner of the others", async () => {
  const { iplb, agent } = await openIplbScene();
  for (const [id, server] of iplb.staged) {
    if (server.address === "10.9.0.3") iplb.staged.delete(id);
    else iplb.staged.set(id, { ...server, probe: true });
  }
  iplb.publishByHand();
  await (await agent()).write(to(3, 5), soon());
  expect(iplb.active()).toEqual([place(3)]);
  const added = [...iplb.live.values()].find(({ address }) => address === "10.9.0.3");
  expect(added).toMatchObject({ port: 6379, probe: true, onMarkedDown: "shutdown-sessions" });
});

test("a server that is no node stays as it is, is named, and keeps nobody from failing over", async () => {
  const { iplb, agent } = await openIplbScene();
  const target = await agent();
  await target.write(to(1, 5), soon());
  iplb.add({ address: "192.0.2.9", port: 6379, status: "active" });
  iplb.publishByHand();
  expect(problems(await target.prove?.(soon()))).toEqual([expect.stringContaining("192.0.2.9:6379")]);
  await expect(target.write(to(2, 6), soon())).rejects.toThrow(
    /no nodes of the group: \d+ \(192\.0\.2\.9/,
  );
  expect(iplb.active().toSorted()).toEqual([place(2), "192.0.2.9:6379"].toSorted());
});

test("servers without a port take the farm's, or get the node's when it has none", async () => {
  const { iplb, agent } = await openIplbScene();
  for (const [id, server] of iplb.staged) iplb.staged.set(id, { ...server, port: null });
  iplb.publishByHand();
  const target = await agent();
  await target.write(to(1, 5), soon());
  expect([...iplb.live.values()].map(({ port }) => port)).toEqual([null, null, null]);
  iplb.farmPort = null;
  const fresh = await agent();
  expect((await fresh.read?.(soon()))?.raw).toMatch(/neither server nor farm has a port/);
  await fresh.write(to(1, 5), soon());
  expect(iplb.active()).toEqual([place(1)]);
});

test("IPv6 and ports beyond OVHcloud's are refused for good", async () => {
  const target = await (await openIplbScene()).agent();
  const v6 = { ...to(1, 5), endpoint: { address: "2001:db8::1", port: 6379 } };
  await expect(target.write(v6, soon())).rejects.toMatchObject({ name: "RouteRejected" });
  const high = { ...to(1, 5), endpoint: { address: "10.9.0.1", port: 60_000 } };
  await expect(target.write(high, soon())).rejects.toMatchObject({ name: "RouteRejected" });
});

test("access rules that are missing are named as OVHcloud writes them", async () => {
  const { auth, agent } = await openIplbScene();
  const base = `/ipLoadbalancing/${IPLB_SERVICE}`;
  auth.rules = [{ method: "GET", path: `${base}/*` }];
  const lacks = (rule: string) => `the consumer key lacks the access rule ${rule}`;
  expect(problems(await (await agent()).prove?.(soon()))).toEqual([
    lacks(`POST ${base}/tcp/farm/${IPLB_FARM}/server`),
    lacks(`PUT ${base}/tcp/farm/${IPLB_FARM}/server/*`),
    lacks(`POST ${base}/refresh`),
  ]);
  auth.rules = [
    ...auth.rules,
    { method: "POST", path: `${base}/tcp/farm/*/server` },
    { method: "PUT", path: `${base}/tcp/farm/*/server/*` },
    { method: "POST", path: `${base}/refresh` },
  ];
  const target = await agent();
  expect(problems(await target.prove?.(soon()))).toEqual([]);
  await target.write(to(1, 5), soon());
});

test("every request and reply is as OVHcloud's own document has it", async (context) => {
  const why = whyNoContract(IPLB_DOCUMENT);
  context.skip(why !== undefined, why);
  const fake = await openFakeIplb(iplbEndpoints, TEST_SECRET);
  const [spare] = fake.iplb.staged.keys();
  fake.iplb.staged.delete(spare ?? 0);
  fake.iplb.publishByHand();
  const own = ovhIplb.settings.parse(iplbSettings(fake.base));
  const target = await ovhIplb.open(own, testSurroundings());
  for (const [host, epoch] of [
    [1, 5],
    [2, 6],
  ] as const)
    await target.write(to(host, epoch), soon());
  await target.read?.(soon());
  await target.prove?.(soon());
  await target.close?.();
  const kinds = new Set(fake.requests.map((one) => one.replaceAll(/\d+/g, "N")));
  expect(kinds.size).toBeGreaterThan(10);
  // Throws for whatever was against the document.
  await fake.close();
  const request = { method: "GET", path: "/ipLoadbalancing/x/tcp/farm/7/server/1", body: undefined };
  const contract = openContract(IPLB_DOCUMENT);
  expect(contract?.reply(request, 200, { serverId: 1, onMarkedDown: null, status: "active" })).toEqual(
    [],
  );
  for (const wrong of [{ serverId: "1" }, { status: null }, { onMarkedDown: "no" }]) {
    expect(contract?.reply(request, 200, wrong)).not.toEqual([]);
  }
});

test("a look costs 6 requests and a change few enough for two a second", async () => {
  const { iplb, agent, requests } = await openIplbScene();
  const target = await agent();
  await target.write(to(1, 5), soon());
  await target.read?.(soon());
  const before = requests.length;
  await target.read?.(soon());
  expect(requests.length - before).toBe(6);
  await target.write(to(2, 6), soon());
  await target.read?.(soon());
  expect(iplb.active()).toEqual([place(2)]);
  expect(requests.length - before).toBeLessThanOrEqual(22);
});

import { describe, expect, test } from "vitest";
import { place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { openFakeOctavia } from "../../packages/baton/src/targets/fakes/octavia.fixture.ts";
import { ovhOctavia } from "../../packages/baton/src/targets/kinds/ovh-octavia.ts";
import type { SharedSubject } from "../../packages/baton/src/targets/shared-stage.fixture.ts";
import {
  change,
  openFake,
  openTarget,
  proofsOf,
  soon,
  useFakeOctavia,
  writesOf,
} from "./support/octavia-fake.ts";
import { openOpenstackDoor } from "./support/openstack-door.ts";

useFakeOctavia();

async function fakeSubject(): Promise<SharedSubject> {
  const fake = await openFakeOctavia();
  const { pool, api } = fake;
  return {
    openDoor: () => openOpenstackDoor(api.base, (base) => fake.settingsOf(base)),
    // Looked at in a loop: others have to have their turn.
    shown: () => new Promise((resolve) => setImmediate(() => resolve(pool.shown()))),
    history: () => Promise.resolve(pool.history()),
    meddle: (host) => Promise.resolve(pool.set([{ address: `10.9.0.${host}`, protocol_port: 6379 }])),
    revoke: () => Promise.resolve(void (fake.isRevoked = true)),
    restore: () => Promise.resolve(void (fake.isRevoked = false)),
    close: () => fake.close(),
  };
}

describe("Octavia, as a copy of ours", () => {
  sharedConformance(ovhOctavia, { hasCredentials: true }, fakeSubject);
});

test("a change keeps every field of members that it does not own, and takes nobody out", async () => {
  const fake = await openFake();
  const own = { subnet_id: "sub-1", monitor_port: 9_121, weight: 7, tags: ["team=cart"] };
  const somewhere = { address: "10.9.9.9", protocol_port: 80 };
  const stranger = { ...somewhere, backup: true, name: "sorry", tags: ["by hand"] };
  fake.pool.set([
    { address: "10.9.0.1", protocol_port: 6379, name: "redis one", ...own },
    { address: "10.9.0.3", protocol_port: 6379, name: "redis three", ...own, admin_state_up: false },
    stranger,
  ]);
  const before = fake.pool.members;
  const target = await openTarget(fake);
  await target.write(change(2, 4), soon());
  const [one, three, sorry, two] = fake.pool.members;
  expect(one).toEqual({ ...before[0], admin_state_up: false });
  expect(three).toEqual(before[1]);
  expect(sorry).toEqual(before[2]);
  expect(two).toMatchObject({
    address: "10.9.0.2",
    name: "main-h2",
    admin_state_up: true,
    backup: false,
    subnet_id: "sub-1",
    monitor_port: 9_121,
    weight: 7,
    tags: ["baton-main-epoch-4"],
  });
  expect(fake.pool.shown()).toBe(place(2));
  expect(writesOf(fake)).toHaveLength(1);
});

test("a pool that is right is not written to, and one that lost its epoch is", async () => {
  const fake = await openFake();
  const target = await openTarget(fake);
  await target.write(change(1, 3), soon());
  await target.write(change(1, 3), soon());
  expect(writesOf(fake)).toHaveLength(1);
  expect(await target.read?.(soon())).toMatchObject({ epoch: 3, endpoint: { address: "10.9.0.1" } });
  fake.pool.set([{ address: "10.9.0.1", protocol_port: 6379 }]);
  expect(await target.read?.(soon())).toMatchObject({ epoch: undefined });
  await target.write(change(1, 3), soon());
  expect(writesOf(fake)).toHaveLength(2);
});

test("waits until a change is in force, its own and somebody else's, and asks in pauses", async () => {
  const fake = await openFake();
  fake.pool.workMs = 700;
  fake.pool.begin();
  const target = await openTarget(fake);
  await target.write(change(1, 3), soon());
  expect(fake.pool.shown()).toBe(place(1));
  expect(fake.pool.status).toBe("ACTIVE");
  expect(fake.api.requests.filter((one) => one.includes("/loadbalancers/")).length).toBeLessThan(14);
});

test("a change that never is in force ends with the deadline, and says what it waited for", async () => {
  const fake = await openFake();
  fake.pool.workMs = undefined;
  const target = await openTarget(fake);
  const late = AbortSignal.timeout(600);
  await expect(target.write(change(1, 3), late)).rejects.toThrow(/was PENDING_UPDATE all the time/);
  expect(fake.pool.shown()).toBeUndefined();
  fake.pool.complete();
  await target.write(change(1, 3), soon());
  expect(writesOf(fake)).toHaveLength(1);
});

test("a balancer in ERROR is left alone, with the way out of it", async () => {
  const fake = await openFake();
  fake.pool.status = "ERROR";
  const target = await openTarget(fake);
  await expect(target.write(change(1, 3), soon())).rejects.toThrow(/is ERROR.*loadbalancer failover/);
  expect(writesOf(fake)).toEqual([]);
  expect(await proofsOf(target)).toContainEqual(
    expect.objectContaining({
      verdict: "problem",
      sentence: expect.stringContaining("ERROR") as string,
    }),
  );
});

test("409 between the look and the batch is told as the mutex that it is, and tried again", async () => {
  const fake = await openFake();
  const target = await openTarget(fake);
  await target.write(change(1, 3), soon());
  const { pool } = fake;
  const isMutable = pool.isMutable.bind(pool);
  pool.isMutable = () => false;
  await expect(target.write(change(2, 4), soon())).rejects.toThrow(/somebody else changes .*409/);
  pool.isMutable = isMutable;
  await target.write(change(2, 4), soon());
  expect(pool.shown()).toBe(place(2));
});

test("an older epoch is refused by the write itself, with the way out for a cluster built anew", async () => {
  const fake = await openFake();
  const target = await openTarget(fake);
  await target.write(change(2, 7), soon());
  const older = target.write(change(1, 6), soon());
  await expect(older).rejects.toThrow(
    /holds epoch 7 \(10\.9\.0\.2:6379\), and 6 .*older.*remove the tag/,
  );
  expect(fake.pool.shown()).toBe(place(2));
});

test("somebody else's member that takes connections is named and never taken out", async () => {
  const fake = await openFake();
  fake.pool.set([{ address: "10.9.9.9", protocol_port: 6379 }]);
  const target = await openTarget(fake);
  expect(await target.read?.(soon())).toMatchObject({ endpoint: { address: "10.9.9.9" } });
  await expect(target.write(change(1, 3), soon())).rejects.toThrow(
    /leads to 10\.9\.0\.1:6379, but also to 10\.9\.9\.9:6379/,
  );
  expect(fake.pool.members.map(({ address }) => address)).toEqual(["10.9.9.9", "10.9.0.1"]);
  expect(await target.read?.(soon())).toMatchObject({ endpoint: { address: "0.0.0.0", port: 0 } });
  expect(await proofsOf(target)).toContainEqual(
    expect.objectContaining({
      verdict: "problem",
      sentence: expect.stringContaining("10.9.9.9:6379") as string,
    }),
  );
});

test("an address of IPv6 is the same however somebody has written it", async () => {
  const fake = await openFake();
  fake.pool.set([{ address: "FD00:0:0::1", protocol_port: 6379 }]);
  const endpoint = { address: "fd00::1", port: 6379 };
  const target = await openTarget(fake, {}, [{ host: "h1", endpoint }]);
  expect(await target.read?.(soon())).toMatchObject({ endpoint });
  await target.write({ ...change(1, 3), endpoint }, soon());
  expect(fake.pool.members).toMatchObject([{ address: "FD00:0:0::1", tags: ["baton-main-epoch-3"] }]);
});

test("a change is in force when an attempt reports it, not merely accepted", async () => {
  const fake = await openFake();
  fake.pool.workMs = 400;
  const target = await openTarget(fake);
  for (const [index, host] of [1, 2, 1].entries()) {
    await target.write(change(host, 3 + index), soon());
    expect(fake.pool.status).toBe("ACTIVE");
    expect(fake.pool.shown()).toBe(place(host));
  }
});

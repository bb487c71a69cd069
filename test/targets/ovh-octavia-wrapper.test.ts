import { afterEach, describe, expect, test } from "vitest";
import { place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { openHttpDoor } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import {
  type FakeOvhOctavia,
  openFakeOvhOctavia,
} from "../../packages/baton/src/targets/fakes/ovh-octavia.fixture.ts";
import { ovhOctavia } from "../../packages/baton/src/targets/kinds/ovh-octavia.ts";
import type { SharedSubject } from "../../packages/baton/src/targets/shared-stage.fixture.ts";
import { testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Target } from "../../packages/baton/src/targets/target.ts";

async function wrapperSubject(): Promise<SharedSubject> {
  const fake = await openFakeOvhOctavia();
  const { pool, api, auth } = fake;
  return {
    openDoor: () => openHttpDoor({ upstream: api.base, settingsOf: (base) => fake.settingsOf(base) }),
    // Looked at in a loop: others have to have their turn.
    shown: () => new Promise((resolve) => setImmediate(() => resolve(pool.shown()))),
    history: () => Promise.resolve(pool.history()),
    meddle: (host) => Promise.resolve(pool.set([{ address: `10.9.0.${host}`, protocolPort: 6379 }])),
    revoke: () => Promise.resolve(void (auth.status = "refused")),
    restore: () => Promise.resolve(void (auth.status = "validated")),
    close: () => fake.close(),
  };
}

describe("Octavia by OVHcloud's own API, as a copy of ours", () => {
  sharedConformance(ovhOctavia, { hasCredentials: true, timeoutMs: 240_000 }, wrapperSubject);
});

let opened: FakeOvhOctavia | undefined;
let target: Target | undefined;
afterEach(async () => {
  await target?.close?.();
  await opened?.close();
  target = undefined;
  opened = undefined;
});

async function open(): Promise<{ readonly fake: FakeOvhOctavia; readonly target: Target }> {
  const fake = await openFakeOvhOctavia();
  opened = fake;
  const settings = ovhOctavia.settings.parse(fake.settingsOf(fake.api.base));
  target = await ovhOctavia.open(settings, testSurroundings());
  return { fake, target };
}

const change = (host: number, epoch: number): Change => ({
  group: "main",
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
  epoch,
  from: undefined,
  role: "leader",
});
const soon = () => AbortSignal.timeout(10_000);
const writesOf = ({ api }: FakeOvhOctavia) => api.requests.filter((one) => !one.startsWith("GET "));

test("adds the new member, waits until it is in force, and only then takes the old one out", async () => {
  const { fake, target } = await open();
  await target.write(change(1, 3), soon());
  await target.write(change(2, 4), soon());
  expect(writesOf(fake).map((one) => one.split(" ")[0])).toEqual(["POST", "POST", "DELETE"]);
  expect(fake.pool.seen).toEqual({ most: 2, least: 1 });
  expect(fake.pool.members).toMatchObject([{ address: "10.9.0.2", name: "baton-main-epoch-4" }]);
  expect(fake.pool.history()).toEqual([place(1), place(1), place(2), place(2)]);
});

test("completes a change that was cut off with two members in the pool", async () => {
  const { fake, target } = await open();
  fake.pool.set([
    { address: "10.9.0.1", protocolPort: 6379, name: "baton-main-epoch-3" },
    { address: "10.9.0.2", protocolPort: 6379, name: "baton-main-epoch-4" },
  ]);
  expect(await target.read?.(soon())).toMatchObject({ epoch: 4, endpoint: { port: 0 } });
  await target.write(change(2, 4), soon());
  expect(fake.pool.members).toMatchObject([{ address: "10.9.0.2" }]);
  expect(writesOf(fake)).toHaveLength(1);
});

test("a member that is there gets the epoch by its name, and nothing else of it changes", async () => {
  const { fake, target } = await open();
  fake.pool.set([{ address: "10.9.0.1", protocolPort: 6379, name: "by hand", weight: 9 }]);
  await target.write(change(1, 3), soon());
  expect(fake.pool.members).toMatchObject([{ name: "baton-main-epoch-3", weight: 9 }]);
  await target.write(change(1, 3), soon());
  expect(writesOf(fake)).toHaveLength(1);
});

test("refuses an older epoch, names somebody else's member, and takes neither out", async () => {
  const { fake, target } = await open();
  fake.pool.set([
    { address: "10.9.9.9", protocolPort: 6379, name: "somebody" },
    { address: "10.9.0.2", protocolPort: 6379, name: "baton-main-epoch-7" },
  ]);
  await expect(target.write(change(1, 6), soon())).rejects.toThrow(/holds epoch 7.*and 6 .*older/);
  await expect(target.write(change(2, 7), soon())).rejects.toThrow(/but also to 10\.9\.9\.9:6379/);
  expect(writesOf(fake)).toEqual([]);
});

test("proof names missing access rules, the protocol and timeouts", async () => {
  const { fake, target } = await open();
  await target.write(change(1, 3), soon());
  expect((await target.prove?.(soon()))?.filter(({ verdict }) => verdict !== "right")).toEqual([]);
  fake.auth.rules = [{ method: "GET", path: "/*" }];
  fake.pool.protocol = "http";
  fake.pool.timeoutMs = 50_000;
  const proofs = (await target.prove?.(soon())) ?? [];
  const problems = proofs.filter(({ verdict }) => verdict === "problem").map(({ sentence }) => sentence);
  expect(problems).toEqual([
    expect.stringMatching(/lacks the access rule POST .*\/member$/),
    expect.stringMatching(/lacks the access rule PUT .*\/member\/\*$/),
    expect.stringMatching(/lacks the access rule DELETE .*\/member\/\*$/),
    expect.stringContaining("speaks http"),
    expect.stringContaining("idle for 50 s"),
  ]);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { at, openBench, place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { FAKE_CREDENTIAL } from "../../packages/baton/src/targets/fakes/octavia.fixture.ts";
import { ovhOctavia } from "../../packages/baton/src/targets/kinds/ovh-octavia.ts";
import { TEST_SECRET } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import {
  change,
  openFake,
  openTarget,
  proofsOf,
  soon,
  useFakeOctavia,
  writesOf,
} from "./support/octavia-fake.ts";

useFakeOctavia();

test("a token that has expired is replaced within the request, and one that is good is kept", async () => {
  const fake = await openFake();
  const target = await openTarget(fake);
  await target.write(change(1, 3), soon());
  await target.read?.(soon());
  expect(fake.logins()).toBe(1);
  fake.expireTokens();
  expect(await target.read?.(soon())).toMatchObject({ epoch: 3 });
  expect(fake.logins()).toBe(2);
  fake.isRevoked = true;
  await expect(target.read?.(soon())).rejects.toThrow(
    /Keystone: .* answered with 401.*expired or removed/,
  );
  expect(fake.logins()).toBe(3);
});

test("logs in with an application credential, which has its project in itself", async () => {
  const fake = await openFake();
  const more = { user: undefined, project: undefined, applicationCredential: FAKE_CREDENTIAL };
  const target = await openTarget(fake, more);
  await target.write(change(1, 3), soon());
  expect(fake.pool.shown()).toBe(place(1));
});

test("proof names a region that the catalog lacks, with those that it has", async () => {
  const fake = await openFake();
  const target = await openTarget(fake, { region: "GRA12" });
  expect(await proofsOf(target)).toEqual([
    {
      verdict: "problem",
      sentence: expect.stringMatching(/region GRA12; it has GRA11, SBG5/) as string,
    },
  ]);
});

test("proof names a pool that is not there", async () => {
  const fake = await openFake();
  const target = await openTarget(fake, { pool: "00000000-0000-4000-8000-0000000000ff" });
  const proofs = await proofsOf(target);
  expect(proofs.at(-1)).toMatchObject({
    verdict: "problem",
    sentence: expect.stringMatching(/there is no pool .*ff in region GRA11/) as string,
  });
  await expect(target.read?.(soon())).rejects.toThrow(/404/);
});

test("proof names what would hurt clients: timeouts, protocol, monitor, listener, role", async () => {
  const fake = await openFake();
  const target = await openTarget(fake);
  await target.write(change(1, 3), soon());
  const before = writesOf(fake).length;
  const problems = async () =>
    (await proofsOf(target))
      .filter(({ verdict }) => verdict !== "right")
      .map(({ sentence }) => sentence);
  expect(await problems()).toEqual([]);
  fake.pool.timeoutMs = 50_000;
  fake.pool.monitor = "HTTP";
  fake.roles = ["reader"];
  expect(await problems()).toEqual([
    expect.stringContaining("roles reader, not load-balancer_member"),
    expect.stringContaining("idle for 50 s"),
    expect.stringContaining("(HTTP) asks Redis itself"),
  ]);
  fake.pool.hasListener = false;
  fake.pool.protocol = "HTTP";
  fake.pool.monitor = undefined;
  fake.roles = ["load-balancer_member"];
  expect(await problems()).toEqual([
    expect.stringContaining("speaks HTTP"),
    expect.stringContaining("no listener leads to the pool"),
  ]);
  expect(writesOf(fake)).toHaveLength(before);
});

test("no message and no proof has the password or a token in it", async () => {
  const fake = await openFake();
  const stateDirectory = await mkdtemp(join(tmpdir(), "baton-octavia-"));
  const settings = fake.settingsOf(fake.api.base);
  const bench = await openBench({ kind: ovhOctavia, settings, stateDirectory });
  try {
    await bench.lead(at(1, 1));
    fake.isRevoked = true;
    await bench.untilError(at(2, 2), /401/);
    const told = JSON.stringify([bench.news, bench.state()]);
    expect(told).not.toContain(TEST_SECRET);
    expect(told).not.toMatch(/token-[a-z0-9]/);
  } finally {
    await bench.close();
    await rm(stateDirectory, { recursive: true });
  }
});

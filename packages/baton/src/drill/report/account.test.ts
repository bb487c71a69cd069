// Promises of what the reports share: every write is accounted for once, and settings are called as in
// Sentinel's configuration.
import { expect, test } from "vitest";
import { accountRows, errorRows, limitsOf, promiseName, timingRow, versionsOf } from "./account.ts";
import { evidenceFixture, usualFixture } from "./evidence.fixture.ts";

const evidence = evidenceFixture({ ...usualFixture, story: "broken" });
const { result } = evidence;

test("every write that was sent is acknowledged, refused or unknown, by kind and in all", () => {
  const rows = accountRows(result);
  expect(rows.map(({ label }) => label)).toEqual(["through the router", "ioredis with Sentinel", "all"]);
  for (const { sent, acknowledged, refused, unknown } of rows)
    expect(acknowledged + refused + unknown).toBe(sent);
  const [router, ioredis, all] = rows;
  expect(all?.sent).toBe((router?.sent ?? 0) + (ioredis?.sent ?? 0));
  expect(all?.sent).toBe(evidence.ledger.length);
  expect(all?.lost).toBe(result.rpo.lost);
});

test("errors are counted by class: refused ones apart from those whose outcome is unknown", () => {
  const rows = errorRows(evidence);
  const [most] = rows;
  expect(most?.error).toBe("ECONNREFUSED");
  expect(most).toMatchObject({ unknown: 0, clients: 4 });
  const failed = evidence.ledger.filter(({ outcome }) => outcome.kind !== "acknowledged").length;
  expect(rows.reduce((sum, { refused, unknown }) => sum + refused + unknown, 0)).toBe(failed);
});

test("settings are called as in sentinel.conf, with their units", () => {
  const timing = (name: string, value: number) =>
    timingRow({ name, value, reason: "", origin: "derived" });
  expect(timing("downAfterMs", 1490)).toEqual({ name: "down-after", value: "1490 ms" });
  expect(timing("minReplicasMaxLagSeconds", 5)).toEqual({ name: "min-replicas-max-lag", value: "5 s" });
  expect(timing("quorum", 2)).toEqual({ name: "quorum", value: "2" });
});

test("a version is named once where all hosts run it, and by host where they differ", () => {
  expect(versionsOf(result)).toBe("redis 7.0.15");
  const versions = { h2: "valkey 8.1.4", h1: "redis 7.0.15", h3: "valkey 8.1.4" };
  expect(versionsOf({ ...result, cluster: { ...result.cluster, versions } })).toBe(
    "redis 7.0.15 (h1), valkey 8.1.4 (h2, h3)",
  );
});

test("a promise of a newer Baton is called by its id", () => {
  expect(promiseName("rto")).toBe("RTO");
  expect(promiseName("duplicates")).toBe("duplicates");
});

test("loopback is named as a limit where it is one", () => {
  expect(limitsOf(result)[0]).toContain("spoke over loopback");
  const onHosts = { ...result, cluster: { ...result.cluster, place: "hosts" as const } };
  expect(limitsOf(onHosts)[0]).toContain("of that hour");
});

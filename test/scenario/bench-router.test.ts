// The router's benchmark in small: every contestant takes every load, the figures are whole, nothing stays.
// How fast anything is, is no test.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Spread } from "../../bench/router/figures.ts";
import type { RaceResult } from "../../bench/router/speed.ts";
import type { RouterBench } from "../../bench/router/tables.ts";
import { makeHome, removeHome } from "./support/baton.ts";
import { runBench } from "./support/bench.ts";
import { keepEvidence } from "./support/evidence.ts";
import { filesIn, processesNaming } from "./support/leftovers.ts";

let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

const bench = async (...args: readonly string[]) => await runBench(home, "router", ...args);

const sane = (spread: Spread | null | undefined) =>
  spread != null && spread.min > 0 && spread.min <= spread.median && spread.median <= spread.max;

/** What every row of a race must say, whoever it is about. */
function expectWhole(result: RaceResult | undefined, loads: readonly string[]): void {
  expect(result?.failures).toEqual([]);
  expect(result?.loads.map(({ id }) => id)).toEqual(loads);
  for (const load of result?.loads ?? []) {
    for (const row of load.rows) {
      const name = `${load.id} ${row.contestant}`;
      const figures = [row.operationsPerSecond, row.p50Ms, row.p99Ms];
      expect([name, ...figures.map(sane)]).toEqual([name, true, true, true]);
      expect(row.operationsPerSecond?.max, name).toBeLessThan(20e6);
      expect(row.p50Ms?.median, name).toBeLessThanOrEqual(row.p99Ms?.median ?? 0);
      for (const { throughputRatio } of Object.values(row.comparedTo))
        expect([name, sane(throughputRatio)]).toEqual([name, true]);
      if (row.memory === null) continue;
      expect(row.memory.beforeBytes, name).toBeGreaterThan(1e6);
      expect(row.memory.peakBytes, name).toBeGreaterThanOrEqual(row.memory.afterBytes);
    }
  }
}

function expectField(result: RaceResult | undefined, ids: readonly string[]) {
  expect(result?.absent).toEqual([]);
  expect(result?.contestants.map(({ id }) => id).sort()).toEqual([...ids].sort());
  for (const { rows } of result?.loads ?? []) expect(rows.length).toBeGreaterThan(0);
}

test("all tables are made, of all contestants and all loads, and everything is gone afterwards", async () => {
  const out = join(home, "out");
  const ran = await bench("--rounds", "1", "--quick", "--seed", "7", "--out", out);
  expect(`${ran.code} ${ran.err}`).toMatch(/^0 /);
  const text = await readFile(join(out, "router.md"), "utf8");
  expect(ran.out).toBe(text);
  const result = JSON.parse(await readFile(join(out, "router.json"), "utf8")) as RouterBench;
  const { conditions, speed, idle, durable, outages } = result;
  expect([result.seed, result.rounds, conditions.cores > 0]).toEqual([7, 1, true]);
  expect(conditions.haproxy).toMatch(/^\d+\.\d+/);

  const pairs = ["c50", "p16", "64k", "c1", "idle500"].flatMap((id) => [`${id} SET`, `${id} GET`]);
  expectWhole(speed, pairs);
  const proxies = ["router-1", "router-2", "haproxy", "haproxy-splice"];
  expectField(speed, ["direct", ...proxies]);
  expect(text).toContain("### 50 connections, values of 64 KiB, GET");

  expectWhole(durable, ["plain-c50 SET", "c50 SET", "plain-c1 SET", "c1 SET"]);
  const confirmed = ["direct", "floor", "router-async", "router-replicated"];
  expectField(durable, confirmed);

  const sessions = idle?.rows.map(({ contestant, opened, lost }) => [contestant, opened, lost]);
  expect(sessions).toContainEqual(["router-1", 200, 0]);
  expect(sessions).toContainEqual(["haproxy", 200, 0]);
  for (const row of idle?.rows ?? []) expect(row.withBytes).toBeGreaterThan(5e6);

  const clients = ["router", "haproxy", "ioredis", "node-redis"];
  expect(outages?.rows.map(({ contestant }) => contestant)).toEqual(clients);
  for (const { gapMs, acknowledged, contestant } of outages?.rows ?? []) {
    expect(gapMs?.median, contestant).toBeGreaterThan(200);
    expect(acknowledged, contestant).toBeGreaterThanOrEqual(100);
  }
  expect(await filesIn(join(home, "tmp"))).toEqual([]);
  expect(await filesIn(home)).not.toContain("labs");
});

test("an unknown part or load is refused with those that there are", async () => {
  const part = await bench("--only", "everything");
  expect([part.code, part.err.trim()]).toEqual([
    2,
    "--only everything: expected one of speed, idle, durable, outages",
  ]);
  const load = await bench("--load", "c51");
  expect(load.err).toContain("expected one of c50, p16, 64k, c1, idle500");
});

// The durability benchmark in small: a kill and a partition with each kind of writes, and the promise of the
// replicated ones.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DurabilityBench } from "../../bench/durability/table.ts";
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

test("a kill and a partition in both modes: all is judged, and replicated writes outlive both", async () => {
  const out = join(home, "out");
  const small = ["--kills", "1", "--partitions", "1", "--clients", "2"];
  const ran = await runBench(home, "durability", ...small, "--out", out);
  expect(`${ran.code} ${ran.err}`).toMatch(/^0 /);
  const text = await readFile(join(out, "durability.md"), "utf8");
  expect(ran.out).toBe(text);
  const result = JSON.parse(await readFile(join(out, "durability.json"), "utf8")) as DurabilityBench;
  expect(result.series.map(({ mode, failures }) => [mode, failures])).toEqual([
    ["replicated", []],
    ["async", []],
  ]);
  for (const { mode, rows, rounds } of result.series) {
    expect(rounds.map(({ drill, from, to }) => [drill, from === to])).toEqual([
      ["kill", false],
      ["partition", false],
    ]);
    for (const row of rows) {
      const name = `${row.title}, ${mode}`;
      expect([name, row.judged, row.failed, row.duplicated, row.ghosts]).toEqual([name, 1, 0, 0, 0]);
      // Of each client: before the fault, with the new primary, and in the whole cluster.
      expect(row.acknowledged, name).toBeGreaterThanOrEqual(4 * 50);
      // Sentinel cannot find a primary down before that.
      expect(row.outageMs?.min, name).toBeGreaterThan(1_000);
      expect(text).toContain(`| ${name} `);
    }
  }
  const [replicated, asynchronous] = result.series;
  expect(replicated?.rows.map(({ lost }) => lost)).toEqual([0, 0]);
  const cutOff = replicated?.rounds.find(({ drill }) => drill === "partition");
  expect(cutOff?.acknowledgedCutOff).toBe(0);
  expect(cutOff?.errors).toHaveProperty("NOREPLICAS (outcome unknown)");
  // And it would be seen: what a router that does not wait has told its clients is missed.
  const split = asynchronous?.rows.find(({ drill }) => drill === "partition");
  expect(split?.acknowledgedCutOff).toBeGreaterThan(50);
  expect(split?.lost).toBeGreaterThanOrEqual(split?.acknowledgedCutOff ?? Number.POSITIVE_INFINITY);
  expect(await filesIn(join(home, "tmp"))).toEqual([]);
  expect(await filesIn(home)).not.toContain("labs");
});

test("a number that is none is refused with what was expected", async () => {
  const ran = await runBench(home, "durability", "--kills", "many");
  expect([ran.code, ran.err.trim()]).toEqual([
    2,
    "--kills many: expected a whole number from 0 to 1000",
  ]);
});

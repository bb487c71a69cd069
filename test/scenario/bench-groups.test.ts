// The benchmark of many groups in small: real servers, one agent, every figure is there, nothing stays. How
// much anything takes is no test.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GroupsBench } from "../../bench/groups/table.ts";
import { makeHome, removeHome } from "./support/baton.ts";
import { runBench } from "./support/bench.ts";
import { keepEvidence } from "./support/evidence.ts";
import { processesNaming } from "./support/leftovers.ts";

let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

test("an agent over one and over four groups has the same connections to Sentinels", async () => {
  const out = join(home, "results");
  const asked = ["--sizes", "1,4", "--seconds", "6", "--kills", "1", "--loads", "1", "--out", out];
  const ran = await runBench(home, "groups", ...asked);
  expect(ran.code, ran.err).toBe(0);
  const { sizes } = JSON.parse(await readFile(join(out, "groups.json"), "utf8")) as GroupsBench;
  expect(sizes.map(({ groups, servers }) => [groups, servers])).toEqual([
    [1, 2],
    [4, 8],
  ]);
  for (const { rest, kills, peakBytes } of sizes) {
    expect(rest.toSentinels).toBe(6);
    expect(rest.series).toBeGreaterThan(40);
    expect(rest.heldUpMsMax, "no event loop is never late").toBeGreaterThan(0);
    expect(rest.rssBytesMedian).toBeGreaterThan(30e6);
    expect(peakBytes).toBeGreaterThanOrEqual(rest.rssBytesMax);
    expect(kills).toHaveLength(1);
  }
  expect(sizes.map(({ rest }) => rest.toNodes)).toEqual([4, 16]);
  expect(await readFile(join(out, "groups.md"), "utf8")).toContain("| connections to nodes ");
});

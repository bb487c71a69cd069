// A few of the drill's faults on real processes, one of each kind that the verdict knows: a primary that is
// replaced while it lives, one that must stay, a pause, and a primary that comes back without its data.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { apartCluster } from "../../packages/baton/src/lab/apart-cluster.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";
import { processesNaming } from "./support/leftovers.ts";
import { expectKept } from "./support/kept.ts";

let home: string;
let lab: LabHandle;

// The objective is wide: what is judged here is what happened, on a machine that others compute on, too.
beforeAll(async () => {
  home = await makeHome();
  const file = join(home, "apart.yml");
  await writeFile(file, `${apartCluster.replace("rto: 3s", "rto: 8s")}sentinel: { downAfter: 2s }\n`);
  await labUp(home, "--file", file);
  lab = await attachLab("lab", { BATON_HOME: home });
}, 60_000);
afterEach((context) => keepEvidence(context, home));
afterAll(async () => {
  await baton(home, ["lab", "down"]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

/** Every drill leaves the lab whole, or says so: the next one can begin where it ended. */
async function drill(fault: string) {
  const clients = ["--clients", "router"];
  const ran = await baton(home, ["drill", "run", fault, "--json", "--no-evidence", ...clients]);
  expect(ran.out, ran.err).toContain(`"fault": "${fault}"`);
  const result = drillResultSchema.parse(JSON.parse(ran.out));
  expectKept(ran.code, result);
  return { ...result, told: result.timeline.map(({ event }) => event) };
}

test("cut off from the Sentinels alone a primary is replaced, and clients go with the new one", async () => {
  const { rto, told, reasons } = await drill("partition-from-sentinels");
  expect(rto).toMatchObject({ measures: "longest-gap" });
  expect(told.indexOf("confirmed")).toBeGreaterThan(told.indexOf("fault"));
  expect(told.indexOf("confirmed")).toBeLessThan(told.indexOf("cure"));
  expect(reasons.join("; ")).toContain("for one that falls silent");
});

test("without a majority of its Sentinels the primary stays, and writes go on", async () => {
  const { rto, rpo, told, reasons, durationMs } = await drill("kill-sentinel-majority");
  expect(reasons).toContain("the primary stayed, as it had to: nobody else was named");
  expect(rto.measuredMs).toBeLessThanOrEqual(rto.objectiveMs);
  expect(rpo.lost).toBe(0);
  expect(told).not.toContain("confirmed");
  expect(durationMs).toBeGreaterThan(12_000);
});

test("a primary that comes back empty at once takes nobody's data away", async () => {
  const { rpo, timeline } = await drill("reborn-empty");
  expect(rpo.acknowledged).toBeGreaterThan(100);
  const cure = timeline.find(({ event }) => event === "cure");
  expect(cure?.detail).toMatch(/started again, empty, as a replica of [\d.]+:6379/);
});

test("a Sentinel whose clock has jumped stands in the way of no failover", async () => {
  const { told, timeline, rto } = await drill("tilt-then-kill");
  expect(timeline.find(({ event }) => event === "fault")?.detail).toContain("is in TILT");
  expect(told.indexOf("confirmed")).toBeLessThan(told.indexOf("cure"));
  expect(rto.measures).toBe("outage");
});

test("after a cold start of everything writes come back by themselves, and none is missing", async () => {
  const { rto, rpo, reasons } = await drill("cold-start");
  expect(rto).toMatchObject({ measures: "longest-gap", isPromised: false });
  expect(reasons.join("; ")).toContain("before the cure none are promised");
  expect(rpo.lost).toBe(0);
});

test("refuses to remove the data of a Redis that runs, and says why", async () => {
  const refused = await lab.empty("d3").catch((error: unknown) => (error as Error).message);
  expect(refused).toBe("redis d3 runs: its data can be removed only while it does not");
});

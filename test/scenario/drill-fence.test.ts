// The drills about an old primary, as a script meets them: what a client at the old address was told.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";
import { filesIn, processesNaming } from "./support/leftovers.ts";
import { expectKept } from "./support/kept.ts";

let home: string;
/** An old primary without replicas refuses nothing: only the fence is in its way. */
let file: string;
beforeEach(async () => {
  home = await makeHome();
  file = join(home, "cluster.yml");
  const unbounded = defaultCluster.replace("rpo: 5s", "rpo: none");
  await writeFile(file, `${unbounded}redis: { minReplicasToWrite: 0 }\n`);
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

async function drill(...args: readonly string[]) {
  const ran = await baton(home, ["drill", "run", ...args, "--json", "--no-evidence", "--clients", "2"]);
  if (ran.out.startsWith('{\n  "error"')) throw new Error(ran.out);
  const result = drillResultSchema.parse(JSON.parse(ran.out));
  const ofKind = (wanted: string) => result.clients.filter(({ kind }) => kind === wanted);
  return { ran, result, hardCoded: ofKind("hard-coded"), router: ofKind("router") };
}

test("a primary that returns after a crash is fenced: at its address there are only errors", async () => {
  const { ran, result, hardCoded } = await drill("return-after-crash", "--file", file);
  expect(result.reasons).toHaveLength(5);
  expectKept(ran.code, result);
  const { stale, rpo } = result;
  expect(stale?.windowMs).toBeLessThanOrEqual(500);
  expect(rpo.lost).toBeGreaterThanOrEqual(stale?.lost ?? 0);
  expect(hardCoded).toHaveLength(2);
  for (const { errors, outageMs } of hardCoded) {
    expect(errors["READONLY"]).toBeGreaterThan(0);
    expect(outageMs).toBeNull();
  }
  const told = result.timeline.map(({ event }) => event);
  expect(told.indexOf("cure")).toBeLessThan(told.indexOf("answered"));
  expect(told.indexOf("answered")).toBeLessThan(told.indexOf("whole"));
  expect(await filesIn(home)).not.toContain("labs");
});

test("without the fence the same drill shows what Sentinel alone loses, and is broken", async () => {
  const { ran, result } = await drill("return-after-crash", "--no-fence", "--file", file);
  expect({ code: ran.code, verdict: result.verdict }).toEqual({ code: 1, verdict: "broken" });
  const { stale, whole, rto } = result;
  expect(stale?.windowMs).toBeGreaterThan(500);
  expect(stale?.lost).toBeGreaterThan(20);
  expect(result.rpo.lost).toBeGreaterThanOrEqual(stale?.lost ?? 0);
  expect(result.rpo.measuredMs).toBeLessThanOrEqual((stale?.windowMs ?? 0) + 50);
  expect({ whole, measures: rto.measures }).toEqual({ whole: true, measures: "outage" });
});

test("a bare SENTINEL FAILOVER loses acknowledged writes, and the drill says how many", async () => {
  const { ran, result, router } = await drill("sentinel-failover", "--no-fence", "--file", file);
  expect({ code: ran.code, verdict: result.verdict }).toEqual({ code: 1, verdict: "broken" });
  expect(result.rto.measures).toBe("longest-gap");
  expect(result.rto.measuredMs).toBe(Math.max(...router.map(({ longestGapMs }) => longestGapMs ?? 0)));
  // Between two commands it goes to the new primary unnoticed; with a write under way it is cut.
  for (const { closed } of router) expect(closed).toBeLessThanOrEqual(1);
  expect(result.stale?.windowMs).toBeGreaterThan(500);
  expect(result.stale?.lost).toBe(result.rpo.lost);
  expect(result.resyncs.full + result.resyncs.partial).toBeGreaterThanOrEqual(2);
  expect(result.timeline.map(({ event }) => event)).not.toContain("cure");
  expect(result.whole).toBe(true);
});

test("a switchover under load loses nothing, and every client on the router goes on", async () => {
  const { ran, result, router } = await drill("switchover", "--file", file);
  expectKept(ran.code, result);
  expect(result.rpo.lost).toBe(0);
  expect(result.stale).toMatchObject({ answeredAtMs: null, windowMs: 0, acknowledged: 0 });
  for (const { closed, longestGapMs } of router) {
    expect(closed).toBeLessThanOrEqual(1);
    expect(longestGapMs).toBeLessThan(1_500);
  }
  const ended = result.timeline.find(({ event }) => event === "ended");
  expect(ended?.detail).toBe("baton switchover has ended with exit code 0");
});

test("refuses --no-fence for a lab that runs, and says why", async () => {
  await labUp(home, "--no-wires");
  const named = await baton(home, ["drill", "run", "switchover", "--no-fence", "--name", "lab"]);
  expect(named.code).toBe(2);
  expect(named.err).toContain("--no-fence and --name were both given");
  const found = await baton(home, ["drill", "run", "switchover", "--no-fence"]);
  expect(found.code).toBe(2);
  expect(found.err).toContain("--no-fence needs a lab of its own, and the lab lab runs");
  const cut = await baton(home, ["drill", "run", "return-after-partition"]);
  expect(cut.code).toBe(3);
  expect(cut.err).toContain("return-after-partition needs a lab with wires, and lab has none");
  const pace = await baton(home, ["drill", "run", "kill-primary", "--pace", "1.5"]);
  expect(pace.code).toBe(2);
  expect(pace.err).toContain("--pace 1.5: expected a whole number from 0 to 1000");
});

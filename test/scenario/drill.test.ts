// The first drill as a script meets it: a verdict, an exit code, evidence on disk, and nothing left
// behind.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { baton, startBaton } from "./support/baton.ts";
import { labUp } from "./support/lab.ts";
import { filesIn, processesNaming } from "./support/leftovers.ts";
import { useOwnHome } from "./support/own-home.ts";
import { expectKept } from "./support/kept.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";

let home: string;
useOwnHome((own) => {
  home = own;
});

test("kill-primary in a lab of its own: promises kept, figures for every client, no trace", async () => {
  const out = join(home, "runs");
  const ran = await baton(home, ["drill", "run", "kill-primary", "--json", "--out", out]);
  expect(ran.err).toContain("kill -9 redis on h1, the primary");
  const result = drillResultSchema.parse(JSON.parse(ran.out));
  expect(result.reasons).toHaveLength(4);
  expectKept(ran.code, result);
  expect(result.clients.map(({ kind }) => kind).sort()).toEqual([
    ...Array.from({ length: 4 }, () => "ioredis-sentinel"),
    ...Array.from({ length: 4 }, () => "router"),
  ]);
  for (const client of result.clients) {
    expect(client.outageMs).toBeGreaterThan(result.cluster.downAfterMs * 0.9);
    expect(client.acknowledged).toBeGreaterThanOrEqual(100);
  }
  expect(result.rpo.lost).toBe(0);
  const told = result.timeline.map(({ event }) => event);
  for (const event of [
    "fault",
    "+sdown",
    "+odown",
    "elected",
    "promoted",
    "route",
    "confirmed",
    "first-write",
    "cure",
    "whole",
  ]) {
    expect(told).toContain(event);
  }
  const [run] = await readdir(join(out, "kill-primary"));
  expect(await readdir(join(out, "kill-primary", run ?? ""))).toEqual([
    "junit.xml",
    "ledger.jsonl",
    "report.html",
    "report.md",
    "result.json",
  ]);
  expect(await readFile(join(out, "kill-primary/latest/report.html"), "utf8")).toContain("HELD");
  expect(await filesIn(join(home))).not.toContain("labs");
});

test("kill-primary in a lab that runs leaves it running and healthy", async () => {
  await labUp(home);
  const ran = await baton(home, ["drill", "run", "kill-primary", "--no-evidence", "--clients", "1"]);
  expect(ran.err).toContain("in the lab lab, which runs");
  expect(ran.out.trim().split("\n").slice(-3)).toEqual([
    expect.stringMatching(/^RTO {2}\d+\.\d+ s /),
    expect.stringMatching(/^RPO {2}0 of \d+ acknowledged writes lost /),
    "verdict: held",
  ]);
  const status = await baton(home, ["status", "--json"]);
  expect(status.code).toBe(0);
  expect(JSON.parse(status.out)).toMatchObject({
    groups: [{ route: { kind: "primary" }, problems: [] }],
  });
});

test("an interrupted drill ends its lab", async () => {
  const running = startBaton(home, ["drill", "run", "kill-primary", "--no-evidence"]);
  const look = () => (running.err().includes("kill -9 redis") ? seen(true) : missing(running.err()));
  await waitFor("the fault", look, { withinMs: 30_000 });
  running.child.kill("SIGINT");
  const { code } = await running.done;
  expect(code).toBe(130);
  expect(processesNaming(home)).toEqual(new Map());
});

test("says which faults there are when one is asked for that there is not", async () => {
  const ran = await baton(home, ["drill", "run", "unplug-everything"]);
  expect(ran.code).toBe(2);
  expect(ran.err).toMatch(/known are cold-start, .*kill-primary, /);
});

// The matrix as a script meets it: programs that speak the line protocol, in clusters of their own.
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { defaultCluster } from "../../packages/baton/src/lab/default-cluster.ts";
import { baton } from "./support/baton.ts";
import { filesIn } from "./support/leftovers.ts";
import { useOwnHome } from "./support/own-home.ts";
import { expectKept } from "./support/kept.ts";

let home: string;
useOwnHome((own) => {
  home = own;
});

/** An executable below the home, so that one left behind would be found by its name. */
async function programNamed(name: string, file: string, ...args: readonly string[]): Promise<string> {
  const path = join(home, name);
  const script = fileURLToPath(new URL(`../clients/${file}`, import.meta.url));
  const words = [process.execPath, script, ...args, home].map((word) => `'${word}'`).join(" ");
  await writeFile(path, `#!/bin/sh\nexec ${words}\n`);
  await chmod(path, 0o755);
  return path;
}

/** The objective is wide: what is judged here is what happened, on a machine that others compute on, too. */
async function patientCluster(): Promise<string> {
  const file = join(home, "patient.yml");
  await writeFile(file, `${defaultCluster.replace("rto: 3s", "rto: 8s")}sentinel: { downAfter: 2s }\n`);
  return file;
}

test("kill-primary with programs: figures of each, one that dies is stuck, none is left", async () => {
  const good = await programNamed("good", "line-ioredis.mjs");
  const dying = await programNamed("dying", "line-ioredis.mjs", "dies");
  const clients = `${good},${good}@router,${dying}`;
  const asked = ["--faults", "kill-primary", "--clients", clients, "--file", await patientCluster()];
  const ran = await baton(home, ["drill", "matrix", ...asked, "--json", "--no-evidence", "--reads"]);
  const { drills, ...others } = JSON.parse(ran.out) as { readonly drills: readonly unknown[] };
  expect(others).toEqual({ failures: [] });
  expect(drills).toHaveLength(1);
  const [result] = drills.map((drill) => drillResultSchema.parse(drill));
  expect(result?.clients.map(({ kind, stuck }) => [kind, stuck])).toEqual([
    ["router", false],
    ["good", false],
    ["good@router", false],
    ["dying", true],
  ]);
  const [, good1, routed, dead] = result?.clients ?? [];
  for (const client of [good1, routed]) {
    expect(client?.outageMs).toBeGreaterThan((result?.cluster.downAfterMs ?? 0) * 0.9);
    expect(client).toMatchObject({ lost: 0, duplicated: 0, complaint: null });
    expect(client?.reads?.asked).toBeGreaterThan(0);
    expect(client?.program).toContain("ioredis of a test, way ");
  }
  expect(good1?.closed).toBeGreaterThan(0);
  expect(dead).toMatchObject({ outageMs: null, lost: 0, errors: { "process-died": 1 } });
  expect(dead?.complaint).toContain("ended by itself (exit code 9); its last words: enough");
  if (result === undefined) return expect.fail("there is no drill");
  expect(result.fault).toBe("kill-primary");
  expectKept(ran.code, result);
  expect(await filesIn(home)).not.toContain("labs");
});

test("refuses what cannot take part before anything is started, and says what to do", async () => {
  const matrix = async (...args: readonly string[]) => {
    const { code, err } = await baton(home, ["drill", "matrix", ...args]);
    return { code, err };
  };
  const absent = await matrix("--faults", "switchover", "--clients", `${home}/absent`);
  expect(absent.code).toBe(3);
  expect(absent.err).toContain(`there is no ${home}/absent): name an executable`);
  const unknown = await matrix("--faults", "switchover,earthquake", "--clients", "router");
  expect(unknown.code).toBe(2);
  expect(unknown.err).toContain("there is no fault earthquake");
  const bare = await matrix("--faults", "switchover");
  expect(bare.code).toBe(2);
  expect(bare.err).toContain("--faults and --clients are needed");
});

interface Listed {
  readonly id: string;
  readonly way: string;
  readonly missing: readonly string[];
}

test("drill list names every client, its way, and what is missing here with what to install", async () => {
  const ran = await baton(home, ["drill", "list", "--json"]);
  const { faults, clients } = JSON.parse(ran.out) as Readonly<Record<string, readonly Listed[]>>;
  expect(faults?.length).toBeGreaterThanOrEqual(6);
  for (const client of clients ?? []) {
    expect(Object.keys(client)).toEqual(["id", "summary", "way", "manner", "needs", "missing"]);
    expect(["router", "sentinel", "hard-coded"]).toContain(client.way);
    for (const sentence of client.missing) expect(sentence).toContain(`${client.id} needs `);
  }
  const ids = (clients ?? []).map(({ id }) => id);
  for (const id of ["router", "ioredis-sentinel", "perl", "php-predis-via-router", "cpp-default"])
    expect(ids).toContain(id);
  const text = await baton(home, ["drill", "list"]);
  for (const id of ids) expect(text.out).toContain(`  ${id} `);
});

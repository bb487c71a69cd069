// The comparison as a person meets it: the same fault twice, once with Sentinel alone, and a table.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { baton } from "./support/baton.ts";
import { filesIn } from "./support/leftovers.ts";
import { useOwnHome } from "./support/own-home.ts";
import { expectKept } from "./support/kept.ts";

let home: string;
useOwnHome((own) => {
  home = own;
});

interface Compared {
  readonly clients: readonly {
    readonly withBaton: { readonly kind: string; readonly awayMs: number; readonly lost: number } | null;
    readonly without: { readonly kind: string; readonly awayMs: number | null } | null;
  }[];
  readonly drills: Readonly<Record<"withBaton" | "without", readonly unknown[]>>;
}

test("kill-primary with and without Baton: figures of both, evidence of both, and no trace", async () => {
  const out = join(home, "runs");
  const asked = ["drill", "compare", "kill-primary", "--clients", "1", "--json", "--out", out];
  const ran = await baton(home, asked);
  expect(ran.err).toContain("kill-primary, without Baton, run 1 of 1");
  const { clients, drills } = JSON.parse(ran.out) as Compared;
  const [ours] = drills.withBaton.map((drill) => drillResultSchema.parse(drill));
  const [stock] = drills.without.map((drill) => drillResultSchema.parse(drill));
  if (ours === undefined) return expect.fail("there is no drill with Baton");
  expectKept(ran.code, ours);

  expect(clients.map((pair) => [pair.withBaton?.kind, pair.without?.kind])).toEqual([
    ["router", "hard-coded"],
    ["ioredis-sentinel", "ioredis-sentinel"],
  ]);
  const [plain, library] = clients;
  expect(plain?.withBaton?.lost).toBe(0);
  // Whoever keeps to the address of a dead primary does not come back.
  expect(plain?.without?.awayMs).toBeNull();
  expect(library?.without?.awayMs).toBeGreaterThan(plain?.withBaton?.awayMs ?? Infinity);

  // The same cluster and the same timings, once without a single agent.
  expect(stock?.cluster.timings).toEqual(ours?.cluster.timings);
  expect([ours?.cluster.baton, stock?.cluster.baton]).toEqual([true, false]);
  expect(stock?.timeline.filter(({ who }) => who.startsWith("agent "))).toEqual([]);
  expect(stock?.whole).toBe(true);
  for (const side of ["with", "without"])
    expect(await readdir(join(out, "compare", side, "kill-primary"))).toHaveLength(2);
  expect(await filesIn(home)).not.toContain("labs");

  // A trend takes in neither of them, and each side has one of its own.
  const trend = await baton(home, ["drill", "trend", "--out", out, "--json"]);
  expect(JSON.parse(trend.out)).toEqual({ faults: [], broken: [], skipped: 0 });
  const side = await baton(home, ["drill", "trend", "--out", join(out, "compare/without")]);
  expect(side.out).toMatch(/^kill-primary: median \d+\.\d+ s, worst \d+\.\d+ s, 1 run\n/u);
});

// A full disk, as a real one: nodes on small file systems of their own, which takes root to mount.
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

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)(
  "a primary whose disk is full is replaced, and comes back once there is room",
  async () => {
    const ran = await baton(home, ["drill", "run", "disk-full", "--json", "--no-evidence"]);
    expect(ran.out, ran.err).toContain('"fault": "disk-full"');
    const result = drillResultSchema.parse(JSON.parse(ran.out));
    expect(result.clients.some(({ errors }) => "MISCONF" in errors)).toBe(true);
    const told = result.timeline.map(({ event }) => event);
    expect(told.indexOf("confirmed")).toBeGreaterThan(told.indexOf("fault"));
    expect(result.rpo.lost).toBe(0);
    expectKept(ran.code, result);
    expect(await filesIn(home)).not.toContain("labs");
  },
);

test("a lab on the machine's own disk refuses the fault before anything is broken", async () => {
  const up = await baton(home, ["lab", "up", "--detach", "--no-wires"]);
  expect(up.code, up.err).toBe(0);
  const ran = await baton(home, ["drill", "run", "disk-full"]);
  expect(ran.err).toContain("needs nodes with disks of their own");
  expect(ran.code).toBe(3);
});

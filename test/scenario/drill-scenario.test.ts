// A scenario file as its user meets it: one cluster, one fault after the other, and a word on each.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import { root } from "../repo/run.ts";
import { baton } from "./support/baton.ts";
import { filesIn } from "./support/leftovers.ts";
import { useOwnHome } from "./support/own-home.ts";

let home: string;
useOwnHome((own) => {
  home = own;
});

interface Said {
  readonly scenario: string;
  readonly steps: readonly {
    readonly title: string;
    readonly statements: readonly { readonly isMet: boolean; readonly sentence: string }[];
    readonly result: unknown;
  }[];
}

test("plays every step in one cluster, explains it, and holds it to what the file says", async () => {
  const file = join(root, "scenarios/planned-handover.yml");
  const ran = await baton(home, ["drill", "run", file, "--json", "--no-evidence"]);
  const said = JSON.parse(ran.out) as Said;
  expect(said.scenario).toBe("planned-handover");
  const [bare, planned] = said.steps.map(({ result }) => drillResultSchema.parse(result));
  expect(bare).toMatchObject({ fault: "sentinel-failover", whole: true });
  expect(planned).toMatchObject({ fault: "switchover", rpo: { lost: 0 }, whole: true });
  expect(ran.err).toContain("step 1 of 2: As people do it today");
  expect(ran.err).toContain("`SENTINEL FAILOVER` promotes a replica");
  // Both in the same cluster: it was built once.
  expect(ran.err.match(/building a cluster for this drill/g)).toHaveLength(1);
  // How fast the fence is, is not for a machine to say that others compute on, too.
  const isMet = said.steps.map(({ statements }) => statements.every((one) => one.isMet));
  expect(isMet[1], ran.out).toBe(true);
  expect(ran.code).toBe(isMet.every(Boolean) ? 0 : 1);
  expect(await filesIn(home)).not.toContain("labs");
});

test("ends with 1 and says NO where it came out otherwise", async () => {
  const file = join(home, "too-much.yml");
  const step = "{ title: too much to ask, break: kill-primary, expect: { outage: 1ms } }";
  await writeFile(file, `name: too-much\nsummary: nobody is that fast\nsteps:\n  - ${step}\n`);
  const ran = await baton(home, ["drill", "run", file, "--no-evidence"]);
  expect(ran.out).toMatch(/NO {2}writes through the router were away for .*, expected at most 1ms/);
  expect(ran.code).toBe(1);
});

test("refuses a file with mistakes, and --step without a terminal, before anything is started", async () => {
  const file = join(home, "bad.yml");
  await writeFile(file, "name: bad\nsummary: bad\nsteps:\n  - { title: x, break: earthquake }\n");
  const bad = await baton(home, ["drill", "run", file]);
  expect(bad.err).toContain(`${file}:4:24 steps.0.break `);
  const absent = await baton(home, ["drill", "run", join(home, "absent.yml")]);
  expect(absent.err).toMatch(/SCENARIO_FILE .*absent\.yml/);
  const good = join(root, "scenarios/planned-handover.yml");
  const stepping = await baton(home, ["drill", "run", good, "--step"]);
  expect(stepping.err).toContain("--step waits for Enter");
  expect([bad.code, absent.code, stepping.code]).toEqual([2, 2, 2]);
  // Nobody who asks for real hosts, or for a rehearsal, may be given something else.
  for (const flags of [
    ["--on", "production"],
    ["--dry-run"],
    ["--name", "lab"],
    ["--pdf"],
    ["--clients", "perl"],
  ]) {
    const { code, err } = await baton(home, ["drill", "run", good, ...flags]);
    expect([code, err]).toEqual([2, expect.stringContaining(`${flags[0]} is for one fault`)]);
  }
  expect(await filesIn(home)).not.toContain("labs");
});

// What people and scripts get from `baton doctor`: findings with their lines, and exit codes.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeHome, removeHome } from "./support/baton.ts";
import { DoctorTree, sentinelConf } from "./support/doctor-tree.ts";

const smallest = fileURLToPath(new URL("../../examples/smallest.yml", import.meta.url));

let home: string;
let on: DoctorTree;
beforeEach(async () => {
  home = await makeHome();
  on = new DoctorTree(home);
});
afterEach(() => removeHome(home));

describe("of files with a mistake", () => {
  beforeEach(() => on.writeSentinels(4));

  test("names the rule, the line, the reason and the way out, and exits with 1", async () => {
    const { code, out } = await on.doctor(on.path, "--rule", "SEN001");
    expect(code).toBe(1);
    expect(out).toContain("error  SEN001  ");
    for (const host of [1, 2, 3]) expect(out).toContain(`h${host}/sentinel.conf:3:`);
    expect(out).toMatch(/\n {2}why {2}\S/);
    expect(out).toMatch(/\n {2}fix {2}\S/);
    expect(out).toContain("baton doctor --explain SEN001");
    expect(out).not.toContain("\u001b");
  });

  test("gives scripts the keys that they rely on", async () => {
    const { code, findings, checked } = await on.answer(on.path, "--rule", "sen001");
    expect(code).toBe(1);
    expect(findings).toHaveLength(3);
    expect(Object.keys(findings[0] ?? {})).toEqual(
      "rule severity file line column message why fix".split(" "),
    );
    expect(findings[0]).toMatchObject({ rule: "SEN001", severity: "error", line: 3 });
    expect(findings.map(({ file }) => file)).toEqual(
      [1, 2, 3].map((host) => join(on.path, `h${host}/sentinel.conf`)),
    );
    expect(checked).toMatchObject({ files: 3, sentinels: 3, groups: 1, rules: 1, skipped: [] });
  });

  test("speaks to GitHub, to code scanners and to CI systems", async () => {
    const { out } = await on.doctor(on.path, "--rule", "SEN001", "--format", "github");
    expect(out.split("\n")[0]).toMatch(
      /^::error file=.*h1\/sentinel\.conf,line=3,col=\d+,title=SEN001::/,
    );
    const sarif = JSON.parse((await on.doctor(on.path, "--rule", "SEN001", "--format", "sarif")).out);
    expect(sarif).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "SEN001" }, {}, {}] }],
    });
    const junit = await on.doctor(on.path, "--rule", "SEN001", "--format", "junit");
    expect([junit.code, junit.out]).toEqual([1, expect.stringContaining('failures="3"')]);
  });

  test("a baseline takes what is known out, keeps what is new, and says what is gone", async () => {
    const known = join(on.path, "known.json");
    expect(await on.doctor(on.path, "--write-baseline", known)).toMatchObject({ code: 0 });
    await on.write("h1/sentinel.conf", `# moved\n${sentinelConf(1, 4)}`);
    expect(await on.answer(on.path, "--baseline", known, "--rule", "SEN001")).toMatchObject({
      code: 0,
      findings: [],
      checked: { known: 3 },
    });
    await on.writeSentinels(2);
    const { code, out } = await on.doctor(on.path, "--baseline", known, "--rule", "SEN001");
    expect(code).toBe(0);
    expect(out).toContain("not found any more, delete it from the baseline: SEN001 h1/sentinel.conf");
    await on.writeSentinels(5);
    expect((await on.answer(on.path, "--baseline", known, "--rule", "SEN001")).findings).toHaveLength(3);
    expect(await readFile(known, "utf8")).not.toContain("correct-horse");
    // Who writes it anew while it is used loses nothing of what it says.
    const before = await readFile(known, "utf8");
    await on.writeSentinels(4);
    await on.doctor(on.path, "--write-baseline", known);
    await on.doctor(on.path, "--baseline", known, "--write-baseline", known);
    expect(await readFile(known, "utf8")).toBe(before);
  });

  test("a comment with a reason silences a line", async () => {
    for (const host of [1, 2, 3]) {
      const text = sentinelConf(host, 4);
      const comment = "# baton-doctor-ignore SEN001: a fourth Sentinel comes tomorrow\n";
      await on.write(
        `h${host}/sentinel.conf`,
        text.replace("sentinel monitor", `${comment}sentinel monitor`),
      );
    }
    expect(await on.answer(on.path, "--rule", "SEN001")).toMatchObject({ code: 0, findings: [] });
  });
});

test("finds no error in files that are right, and exits with 0", async () => {
  await on.writeSentinels(2);
  const { code, out } = await on.doctor(on.path, "--severity", "error");
  expect(out).toMatch(/^nothing found in 3 files/m);
  expect(code).toBe(0);
});

test("finds nothing in what follows from a cluster file of Baton", async () => {
  const { code, findings, checked } = await on.answer("--file", smallest);
  expect(findings).toEqual([]);
  expect(code).toBe(0);
  expect(checked).toMatchObject({ files: 6, redis: 3, sentinels: 3, groups: 1 });
});

test("explains a rule with its example, and how to see it happen where that can be shown", async () => {
  const { code, out } = await on.doctor("--explain", "sen001");
  expect(code).toBe(0);
  expect(out).toMatch(/^SEN001 {2}/);
  expect(out).toContain("Found: ");
  expect(out.replaceAll(/\s+/g, " ")).toContain("proof baton doctor --prove SEN001 shows it on real");
  expect((await on.doctor("--explain", "sen005")).out).not.toContain("--prove");
});

test.each([
  [[], "something to look at"],
  [["nowhere.conf"], "nowhere.conf: no such file or folder"],
  [["package.json/redis.conf"], "package.json/redis.conf: what stands in front of a / is no folder"],
  [["a".repeat(300)], "aaa: a name is too long"],
  [["--explain", "SEN999"], "no rule"],
  [[".", "--rule", ","], "names no rule"],
  [[".", "--rto", "soon"], "no duration"],
  [["--file", "nowhere.yml"], "nowhere.yml"],
  [[".", "--baseline", "nowhere.json"], "--write-baseline"],
  [[".", "--format", "xml"], "json"],
] as const)("exits with 2 for %j, and says why", async (args, reason) => {
  const { code, out, err } = await on.doctor(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(reason);
});

test("a folder without anything to check is no success", async () => {
  await on.write("readme.md", "nothing");
  const { code, err } = await on.doctor(on.path);
  expect(code).toBe(2);
  expect(err).toContain("nothing to check");
});

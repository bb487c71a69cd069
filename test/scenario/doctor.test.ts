// What people and scripts get from `baton doctor`: findings with their lines, exit codes, and a clear
// line for whatever cannot be read.
import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baton, makeHome, type Ran, removeHome } from "./support/baton.ts";

const smallest = fileURLToPath(new URL("../../examples/smallest.yml", import.meta.url));

interface Answer {
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly file: string;
    readonly line: number;
    readonly message: string;
  }[];
  readonly checked: {
    readonly files: number;
    readonly skipped: readonly { readonly file: string; readonly reason: string }[];
    readonly notes: readonly { readonly file: string; readonly line: number }[];
    readonly incomplete: readonly string[];
    readonly known: number;
  };
}

let home: string;
let tree: string;
beforeEach(async () => {
  home = await makeHome();
  tree = join(home, "tree");
});
afterEach(() => removeHome(home));

async function write(path: string, text: string | Buffer): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), text);
}

const sentinelConf = (host: number, quorum: number): string =>
  [
    "port 26379",
    `bind 10.0.0.${host}`,
    `sentinel monitor main 10.0.0.1 6379 ${quorum}`,
    "sentinel auth-pass main correct-horse-battery",
    "sentinel down-after-milliseconds main 5000",
    "sentinel failover-timeout main 10000",
    "requirepass staple-of-the-sentinels",
    "sentinel sentinel-pass staple-of-the-sentinels",
    "",
  ].join("\n");

/** Three hosts that are right, but for the quorum. */
async function writeSentinels(quorum: number): Promise<void> {
  for (const host of [1, 2, 3]) await write(`h${host}/sentinel.conf`, sentinelConf(host, quorum));
}

const doctor = (...args: readonly string[]): Promise<Ran> => baton(home, ["doctor", ...args]);

async function answer(...args: readonly string[]): Promise<Answer & Pick<Ran, "code">> {
  const { code, out } = await doctor(...args, "--format", "json");
  return { code, ...(JSON.parse(out) as Answer) };
}

describe("of files with a mistake", () => {
  beforeEach(() => writeSentinels(4));

  test("names the rule, the line, the reason and the way out, and exits with 1", async () => {
    const { code, out } = await doctor(tree, "--rule", "SEN001");
    expect(code).toBe(1);
    expect(out).toContain("error  SEN001  ");
    for (const host of [1, 2, 3]) expect(out).toContain(`h${host}/sentinel.conf:3:`);
    expect(out).toMatch(/\n {2}why {2}\S/);
    expect(out).toMatch(/\n {2}fix {2}\S/);
    expect(out).toContain("baton doctor --explain SEN001");
    expect(out).not.toContain("\u001b");
  });

  test("gives scripts the keys that they rely on", async () => {
    const { code, findings, checked } = await answer(tree, "--rule", "sen001");
    expect(code).toBe(1);
    expect(findings).toHaveLength(3);
    expect(Object.keys(findings[0] ?? {})).toEqual(
      "rule severity file line column message why fix".split(" "),
    );
    expect(findings[0]).toMatchObject({ rule: "SEN001", severity: "error", line: 3 });
    expect(findings.map(({ file }) => file)).toEqual(
      [1, 2, 3].map((host) => join(tree, `h${host}/sentinel.conf`)),
    );
    expect(checked).toMatchObject({ files: 3, sentinels: 3, groups: 1, rules: 1, skipped: [] });
  });

  test("speaks to GitHub, to code scanners and to CI systems", async () => {
    const { out } = await doctor(tree, "--rule", "SEN001", "--format", "github");
    expect(out.split("\n")[0]).toMatch(
      /^::error file=.*h1\/sentinel\.conf,line=3,col=\d+,title=SEN001::/,
    );
    const sarif = JSON.parse((await doctor(tree, "--rule", "SEN001", "--format", "sarif")).out);
    expect(sarif).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "SEN001" }, {}, {}] }],
    });
    const junit = await doctor(tree, "--rule", "SEN001", "--format", "junit");
    expect([junit.code, junit.out]).toEqual([1, expect.stringContaining('failures="3"')]);
  });

  test("a baseline takes what is known out, keeps what is new, and says what is gone", async () => {
    const known = join(tree, "known.json");
    expect(await doctor(tree, "--write-baseline", known)).toMatchObject({ code: 0 });
    await write("h1/sentinel.conf", `# moved\n${sentinelConf(1, 4)}`);
    expect(await answer(tree, "--baseline", known, "--rule", "SEN001")).toMatchObject({
      code: 0,
      findings: [],
      checked: { known: 3 },
    });
    await writeSentinels(2);
    const { code, out } = await doctor(tree, "--baseline", known, "--rule", "SEN001");
    expect(code).toBe(0);
    expect(out).toContain("not found any more, delete it from the baseline: SEN001 h1/sentinel.conf");
    await writeSentinels(5);
    expect((await answer(tree, "--baseline", known, "--rule", "SEN001")).findings).toHaveLength(3);
    expect(await readFile(known, "utf8")).not.toContain("correct-horse");
  });

  test("a comment with a reason silences a line", async () => {
    for (const host of [1, 2, 3]) {
      const text = sentinelConf(host, 4);
      const comment = "# baton-doctor-ignore SEN001: a fourth Sentinel comes tomorrow\n";
      await write(
        `h${host}/sentinel.conf`,
        text.replace("sentinel monitor", `${comment}sentinel monitor`),
      );
    }
    expect(await answer(tree, "--rule", "SEN001")).toMatchObject({ code: 0, findings: [] });
  });
});

test("finds no error in files that are right, and exits with 0", async () => {
  await writeSentinels(2);
  const { code, out } = await doctor(tree, "--severity", "error");
  expect(out).toMatch(/^nothing found in 3 files/m);
  expect(code).toBe(0);
});

test("finds nothing in what follows from a cluster file of Baton", async () => {
  const { code, findings, checked } = await answer("--file", smallest);
  expect(findings).toEqual([]);
  expect(code).toBe(0);
  expect(checked).toMatchObject({ files: 6, redis: 3, sentinels: 3, groups: 1 });
});

test("explains a rule with its example", async () => {
  const { code, out } = await doctor("--explain", "sen001");
  expect(code).toBe(0);
  expect(out).toMatch(/^SEN001 {2}/);
  expect(out).toContain("Found: ");
});

test.each([
  [[], "something to look at"],
  [["nowhere.conf"], "nowhere.conf: no such file or folder"],
  [["--explain", "SEN999"], "no rule"],
  [[".", "--rule", ","], "names no rule"],
  [[".", "--rto", "soon"], "no duration"],
  [["--file", "nowhere.yml"], "nowhere.yml"],
  [[".", "--baseline", "nowhere.json"], "--write-baseline"],
  [[".", "--format", "xml"], "json"],
] as const)("exits with 2 for %j, and says why", async (args, reason) => {
  const { code, out, err } = await doctor(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(reason);
});

test("a folder without anything to check is no success", async () => {
  await write("readme.md", "nothing");
  const { code, err } = await doctor(tree);
  expect(code).toBe(2);
  expect(err).toContain("nothing to check");
});

describe("of what cannot be read", () => {
  test("names it and checks the rest, in bounded time", async () => {
    await writeSentinels(4);
    await write("h1/huge.conf", "");
    await truncate(join(tree, "h1/huge.conf"), 100 << 20);
    await write("h1/binary.conf", Buffer.from([0x70, 0, 0x71]));
    execFileSync("mkfifo", [join(tree, "h1/pipe.conf")]);
    await symlink("..", join(tree, "h1/up"));
    await symlink("circle.conf", join(tree, "h1/circle.conf"));
    const latin = Buffer.from("port 6379\nrequirepass caf\xe9-au-lait-2026\n", "latin1");
    await write("h1/redis.conf", latin);
    const { code, findings, checked } = await answer(tree, "--rule", "SEN001");
    expect([code, findings.length]).toEqual([1, 3]);
    const skipped = checked.skipped.map(({ file, reason }) => [file.slice(tree.length + 1), reason]);
    expect(Object.fromEntries(skipped)).toEqual({
      "h1/binary.conf": "is binary",
      "h1/circle.conf": "is a symbolic link that leads back to itself",
      "h1/huge.conf": expect.stringContaining("bytes large") as string,
      "h1/pipe.conf": expect.stringContaining("never opened") as string,
      "h1/up": "is a link to a folder",
    });
    expect(checked.notes).toMatchObject([{ file: join(tree, "h1/redis.conf"), line: 2 }]);
  });

  test("exits with 2 when it was given by name and nothing else was found", async () => {
    await writeSentinels(2);
    await write("binary.conf", Buffer.from([0]));
    const { code, checked } = await answer(tree, join(tree, "binary.conf"), "--rule", "SEN001");
    expect([code, checked.incomplete]).toEqual([2, [`${join(tree, "binary.conf")} is binary`]]);
  });

  test("takes a folder of ten thousand files, and garbage among them", async () => {
    await writeSentinels(4);
    const noise = Buffer.from(Array.from({ length: 500 }, (_, index) => ((index * 7919) % 94) + 33));
    await mkdir(join(tree, "many"));
    for (let index = 0; index < 10_000; index += 1) {
      await writeFile(join(tree, "many", `${index}${index % 100 === 0 ? ".conf" : ".txt"}`), noise);
    }
    const { code, findings } = await answer(tree, "--rule", "SEN001");
    expect([code, findings.length]).toEqual([1, 3]);
  }, 60_000);

  test("never sends a terminal what a file holds to trick it", async () => {
    const name = "main\u001b]0;owned\u0007\u009b2J";
    await write("h1/sentinel.conf", sentinelConf(1, 4).replaceAll("main", name));
    for (const format of ["text", "json", "github", "sarif", "junit"]) {
      const { out, err } = await doctor(tree, "--format", format, "--severity", "info", "--verbose");
      expect(`${out}${err}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});

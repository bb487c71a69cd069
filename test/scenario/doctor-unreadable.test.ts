// What `baton doctor` does with what cannot be read, or should not be: a clear line, and the rest is checked.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { chmod, mkdir, rm, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baton, cli, makeHome, removeHome } from "./support/baton.ts";
import { type Answer, DoctorTree, sentinelConf } from "./support/doctor-tree.ts";

let home: string;
let on: DoctorTree;
beforeEach(async () => {
  home = await makeHome();
  on = new DoctorTree(home);
});
afterEach(() => removeHome(home));

describe("of what cannot be read", () => {
  test("names it and checks the rest, in bounded time", async () => {
    await on.writeSentinels(4);
    await on.write("h1/huge.conf", "");
    await truncate(join(on.path, "h1/huge.conf"), 100 << 20);
    await on.write("h1/binary.conf", Buffer.from([0x70, 0, 0x71]));
    execFileSync("mkfifo", [join(on.path, "h1/pipe.conf")]);
    await symlink("..", join(on.path, "h1/up"));
    await symlink("circle.conf", join(on.path, "h1/circle.conf"));
    const latin = Buffer.from("port 6379\nrequirepass caf\xe9-au-lait-2026\n", "latin1");
    await on.write("h1/redis.conf", latin);
    const { code, findings, checked } = await on.answer(on.path, "--rule", "SEN001");
    expect([code, findings.length]).toEqual([1, 3]);
    const skipped = checked.skipped.map(({ file, reason }) => [file.slice(on.path.length + 1), reason]);
    expect(Object.fromEntries(skipped)).toEqual({
      "h1/binary.conf": "is binary",
      "h1/circle.conf": "is a symbolic link that leads back to itself",
      "h1/huge.conf": expect.stringContaining("bytes large") as string,
      "h1/pipe.conf": expect.stringContaining("never opened") as string,
      "h1/up": "is a link to a folder",
    });
    expect(checked.notes).toMatchObject([{ file: join(on.path, "h1/redis.conf"), line: 2 }]);
  });

  test("exits with 2 when it was given by name and nothing else was found", async () => {
    await on.writeSentinels(2);
    await on.write("binary.conf", Buffer.from([0]));
    const { code, checked } = await on.answer(on.path, join(on.path, "binary.conf"), "--rule", "SEN001");
    expect([code, checked.incomplete]).toEqual([2, [`${join(on.path, "binary.conf")} is binary`]]);
    const baseline = ["--write-baseline", join(home, "known.json")];
    const written = await on.doctor(
      on.path,
      join(on.path, "binary.conf"),
      "--rule",
      "SEN001",
      ...baseline,
    );
    expect([written.code, written.err]).toEqual([2, expect.stringContaining("binary.conf is binary")]);
  });

  test("says which code of a client it could not read, and is no success", async () => {
    await on.write("app.js", `import Redis from "ioredis";\n${" ".repeat(1 << 20)}\n`);
    const { code, checked } = await on.answer(on.path, "--rule", "CLI001");
    expect([code, checked.incomplete]).toEqual([2, [expect.stringContaining("app.js is larger")]]);
  });

  test("names what it may not read, checks the rest, and is no success", async () => {
    await on.writeSentinels(2);
    await on.write("h4/redis.conf", "port 6379\n");
    await on.write("h5/conf/redis.conf", "port 6379\n");
    await chmod(join(on.path, "h4/redis.conf"), 0);
    await chmod(join(on.path, "h5/conf"), 0);
    // The user root may read everything, unless it gives that up.
    const rights = "-dac_override,-dac_read_search";
    const asUser = ["setpriv", `--bounding-set=${rights}`, `--inh-caps=${rights}`];
    const asNobodyElse = process.getuid?.() === 0 ? asUser : ["env"];
    const [program, ...rest] = [...asNobodyElse, process.execPath, cli, "doctor", on.path];
    const { status, stdout } = spawnSync(program, [...rest, "--rule", "SEN001", "--format", "json"], {
      encoding: "utf8",
      timeout: 60_000,
    });
    const reason = "cannot be read: permission denied";
    expect([status, JSON.parse(stdout)]).toMatchObject([
      2,
      {
        findings: [],
        checked: {
          sentinels: 3,
          incomplete: [
            `${join(on.path, "h5/conf")} ${reason}`,
            `${join(on.path, "h4/redis.conf")} ${reason}`,
          ],
        },
      },
    ]);
    await chmod(join(on.path, "h5/conf"), 0o700);
  });

  test("keeps within its memory, whatever configurations say, and tells what it left out", async () => {
    for (let index = 0; index < 11; index += 1)
      await on.write(`many/redis-${index}.conf`, `port 6379\n${"save 1 1\n".repeat(65_000)}`);
    await on.write("one/redis.conf", `port 6379\n${"save 1 1\n".repeat(200_000)}`);
    const args = ["doctor", on.path, "--rule", "SEN001", "--format", "json"];
    const { code, out } = await baton(home, args, { NODE_OPTIONS: "--max-old-space-size=1000" });
    const { checked } = JSON.parse(out) as Answer;
    const cut = "what is to be checked is larger than 2000000 words, and the rest was not looked at";
    expect([code, checked.files, checked.incomplete]).toEqual([2, 10, [cut]]);
    await rm(join(on.path, "many"), { recursive: true });
    const one = await on.doctor(on.path);
    expect([one.code, one.err]).toEqual([2, expect.stringContaining("has more than 200000 words")]);
  }, 60_000);

  test("takes a folder of ten thousand files, and garbage among them", async () => {
    await on.writeSentinels(4);
    const noise = Buffer.from(Array.from({ length: 500 }, (_, index) => ((index * 7919) % 94) + 33));
    await mkdir(join(on.path, "many"));
    for (let index = 0; index < 10_000; index += 1) {
      writeFileSync(join(on.path, "many", `${index}${index % 100 === 0 ? ".conf" : ".txt"}`), noise);
    }
    const { code, findings } = await on.answer(on.path, "--rule", "SEN001");
    expect([code, findings.length]).toEqual([1, 3]);
  }, 60_000);

  test("never sends a terminal what the name of a file holds to trick it", async () => {
    const path = join(on.path, "re\u001b[2J\u009b1m.conf");
    await on.write("readme.md", "");
    await symlink(path, path);
    for (const paths of [[on.path, path], [`${path}/x`]]) {
      const { code, out, err } = await on.doctor(...paths);
      expect([code, `${out}${err}`.replaceAll("\n", "")]).toEqual([
        2,
        expect.not.stringMatching(/[\p{Cc}\p{Cf}]/u),
      ]);
    }
  });

  test("never sends a terminal what a file holds to trick it", async () => {
    const name = "main\u001b]0;owned\u0007\u009b2J";
    await on.write("h1/sentinel.conf", sentinelConf(1, 4).replaceAll("main", name));
    for (const format of ["text", "json", "github", "sarif", "junit"]) {
      const { out, err } = await on.doctor(
        on.path,
        "--format",
        format,
        "--severity",
        "info",
        "--verbose",
      );
      expect(`${out}${err}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});

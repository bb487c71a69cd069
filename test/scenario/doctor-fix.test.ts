// `baton doctor --fix` on files as people have them: the diff first, then the change, then what is left.
import { chmod, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { baton, makeHome, removeHome } from "./support/baton.ts";

let home: string;
let tree: string;
beforeEach(async () => {
  home = await makeHome();
  tree = join(home, "tree");
  for (const host of [1, 2, 3]) await write(`h${host}/sentinel.conf`, sentinelConf(host, 3));
  await write("h1/redis.conf", redisConf);
});
afterEach(() => removeHome(home));

const redisConf = "# Written by hand.\nport 6379\nbind 10.0.0.1\nreplica-read-only no\n";

const sentinelConf = (host: number, quorum: number): string =>
  [
    "# Host by host, see the wiki.",
    "port 26379",
    `bind 10.0.0.${host}`,
    `sentinel monitor  main 10.0.0.1 6379 ${quorum}`,
    "sentinel auth-pass main correct-horse-battery",
    "sentinel down-after-milliseconds main 5000",
    "",
  ].join("\n");

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true });
  await writeFile(join(tree, path), text);
}

const read = (path: string): Promise<string> => readFile(join(tree, path), "utf8");
const doctor = (...args: readonly string[]) =>
  baton(home, ["doctor", tree, "--rule", "SEN002,RED013", ...args]);

test("shows a diff, changes only that, keeps mode and comments; a second run changes nothing", async () => {
  await chmod(join(tree, "h2/sentinel.conf"), 0o640);
  const { code, out, err } = await doctor("--fix");
  expect(err).toContain("fix: changes 4 files, for 4 findings");
  const path = join(tree, "h2/sentinel.conf");
  expect(err).toContain(
    [
      `--- ${path}`,
      `+++ ${path}`,
      "@@ -1,6 +1,6 @@ SEN002",
      " # Host by host, see the wiki.",
      " port 26379",
      " bind 10.0.0.2",
      "-sentinel monitor  main 10.0.0.1 6379 3",
      "+sentinel monitor  main 10.0.0.1 6379 2",
      " sentinel auth-pass main ***",
      " sentinel down-after-milliseconds main 5000",
    ].join("\n"),
  );
  expect(err).not.toContain("battery");
  expect(err).toContain(`written: ${path}`);
  expect(out).toContain("nothing found");
  expect(code).toBe(0);
  for (const host of [1, 2, 3]) expect(await read(`h${host}/sentinel.conf`)).toBe(sentinelConf(host, 2));
  expect(await read("h1/redis.conf")).toBe(redisConf.replace("read-only no", "read-only yes"));
  expect((await stat(path)).mode & 0o7777).toBe(0o640);

  const again = await doctor("--fix");
  expect([again.code, again.err]).toEqual([
    0,
    "fix: nothing that is certain and may be changed in a file\n",
  ]);
  for (const host of [1, 2, 3]) expect(await read(`h${host}/sentinel.conf`)).toBe(sentinelConf(host, 2));
});

test("says what has to be done for the change to count, by kind of file", async () => {
  const { err } = await doctor("--fix");
  expect(err).toContain("note: a running Redis or Sentinel does not read its file again");
  expect(err).not.toContain("daemon-reload");
  const command = "ExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf";
  await mkdir(join(home, "units"));
  const unit = join(home, "units", "redis-sentinel.service");
  await writeFile(unit, `[Service]\n${command}\nProtectSystem=full\n`);
  const units = await baton(home, ["doctor", unit, "--rule", "SYS003", "--fix"]);
  expect(units.err).toContain("+ReadWritePaths=");
  expect(units.err).toContain("note: systemd reads a unit again by systemctl daemon-reload");
  expect(units.err).not.toContain("a running Redis or Sentinel");
});

test("with --dry-run says the same, and changes nothing", async () => {
  const { code, out, err } = await doctor("--fix", "--dry-run");
  expect([code, err]).toEqual([1, ""]);
  expect(out).toContain("fix: would change 4 files, for 4 findings");
  expect(out).toContain("-replica-read-only no\n+replica-read-only yes");
  for (const host of [1, 2, 3]) expect(await read(`h${host}/sentinel.conf`)).toBe(sentinelConf(host, 3));
});

test("leaves read-only files, links and templates alone, says so, and does the rest", async () => {
  await chmod(join(tree, "h1/redis.conf"), 0o444);
  const linked = "port 6379\nbind 10.0.0.2\nreplica-read-only no\n";
  await writeFile(join(home, "linked"), linked);
  await symlink(join(home, "linked"), join(tree, "h2/redis.conf"));
  await write("templates/redis.conf.j2", "port {{ port }}\nreplica-read-only no\n");
  const { code, err, out } = await doctor("--fix", "--format", "json");
  expect(err).toContain(`not changed: ${join(tree, "h1/redis.conf")} is read-only (RED013)`);
  expect(err).toContain(`${join(tree, "templates/redis.conf.j2")} is a template (RED013)`);
  expect(err).toContain(`not changed: ${join(tree, "h2/redis.conf")} is a symbolic link (RED013)`);
  expect(await readFile(join(home, "linked"), "utf8")).toBe(linked);
  expect(err).toContain("fix: changes 3 files");
  expect(code).toBe(1);
  const { findings } = JSON.parse(out) as { findings: { rule: string; file: string }[] };
  expect(findings.map(({ rule }) => rule)).not.toContain("SEN002");
  expect(findings.map(({ file }) => file)).toContain(join(tree, "h1/redis.conf"));
  expect(await read("h1/redis.conf")).toBe(redisConf);
  expect(await read("templates/redis.conf.j2")).toContain("replica-read-only no");
  expect(await read("h3/sentinel.conf")).toBe(sentinelConf(3, 2));
});

test("does not change what somebody has decided to live with", async () => {
  await write(
    "h1/redis.conf",
    redisConf.replace("replica-", "# baton-doctor-ignore RED013: a cache\nreplica-"),
  );
  const before = await read("h1/redis.conf");
  expect((await doctor("--fix")).code).toBe(0);
  expect(await read("h1/redis.conf")).toBe(before);
});

test.each([
  [["--dry-run"], "goes with --fix or --apply"],
  [["--apply"], "goes with --live"],
  [["--fix", "--dry-run", "--format", "json"], "goes without --format"],
  [["--fix", "--write-baseline", "known.json"], "goes without --fix"],
] as const)("refuses %j, and says why", async (args, reason) => {
  const { code, err } = await doctor(...args);
  expect(code).toBe(2);
  expect(err).toContain(reason);
});

test("refuses --fix without any file", async () => {
  const { code, err } = await baton(home, ["doctor", "--file", "examples/smallest.yml", "--fix"]);
  expect(code).toBe(2);
  expect(err).toContain("none is given");
});

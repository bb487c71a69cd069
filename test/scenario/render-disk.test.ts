// `baton render` onto a disk that is full, and one that may not be written to: what is there is whole, and a
// later run goes on.
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { baton, cli } from "./support/baton.ts";

const passwords = Object.fromEntries(
  ["application", "replication", "sentinel", "peer", "agent"].map((name) => {
    return [`BATON_${name.toUpperCase()}_PASSWORD`, `${name}-of-the-test`];
  }),
);
const cluster = (rto: string): string =>
  [
    `objectives: { rto: ${rto} }`,
    "hosts:",
    ...[1, 2, 3].map((n) => `  - { name: h${n}, address: 10.77.0.${n}, zone: z${n} }`),
    "",
  ].join("\n");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-disk-"));
  await mkdir(join(folder, "disk"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The mount is seen by these commands only, and ends with them. */
const SCRIPT = `
set -u
render() {
  "$NODE" "$CLI" render --file "$1" --out disk/rendered >said 2>&1
  echo "$2: $?"
  cat said
}
mount -t tmpfs -o size=\${1}k tmpfs disk || exit 9
render first.yml full
echo "whole: $(cd disk/rendered && find . -type f | wc -l)"
# The list is another while a run is under way; all else is as it would be, or is not there.
for file in $(cd disk/rendered && find . -type f ! -name manifest.json); do
  cmp "disk/rendered/$file" "expected/$file" >/dev/null 2>&1 || echo "torn: $file"
done
mount -o remount,size=8m tmpfs disk
render first.yml freed
diff -r disk/rendered expected && echo "complete"
mount -o remount,ro tmpfs disk
render second.yml fixed
diff -r disk/rendered expected && echo "untouched"
`;

test("a disk that fills up leaves whole files, and the next run completes them", async (context) => {
  const tried = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", folder]);
  context.skip(tried.status !== 0, `this user may not mount a disk: ${String(tried.stderr)}`);
  await writeFile(join(folder, "first.yml"), cluster("5s"));
  await writeFile(join(folder, "second.yml"), cluster("9s"));
  const args = ["--file", join(folder, "first.yml"), "--out", join(folder, "expected")];
  expect((await baton(folder, ["render", ...args], passwords)).code).toBe(0);

  // Room for the list, and for some of the files.
  const { stdout, stderr } = spawnSync("unshare", ["-rm", "sh", "-c", SCRIPT, "sh", "120"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...passwords, BATON_HOME: folder, NODE: process.execPath, CLI: cli },
  });
  expect(stderr).toBe("");
  const [full = "", freed = "", fixed = ""] = stdout.split(/^(?=freed:|fixed:)/m);
  expect(full).toMatch(/^full: 3$/m);
  expect(full).toMatch(/disk\/rendered\/\S+: no space left on the disk/);
  expect(full).not.toContain("torn:");
  expect(Number(/^whole: (\d+)$/m.exec(full)?.[1])).toBeGreaterThan(1);
  expect(freed).toMatch(/^freed: 0$/m);
  expect(freed).toMatch(/^\d+ files written, [1-9]\d* files as before$/m);
  expect(freed).toMatch(/^complete$/m);
  expect(fixed).toMatch(/^fixed: 3$/m);
  expect(fixed).toContain("the file system is read-only");
  expect(fixed).toMatch(/^untouched$/m);
});

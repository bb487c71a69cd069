// The promises of the recipes, and of what examples make of them, that need no cluster: each kept by its own
// tests in its own language.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { filesBelow, root } from "../repo/run.ts";
import { buildCpp, cppBuild } from "../scenario/support/recipes.ts";

beforeAll(buildCpp, 300_000);

function run(program: string, args: readonly string[], folder = ".") {
  const options = { cwd: join(root, folder), encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  return { status, stdout, stderr };
}

test.each(filesBelow("clients/perl/t", /\.t$/))("%s holds", (path) => {
  const { status, stdout, stderr } = run("/usr/bin/perl", ["-w", path]);
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^1\.\.[1-9]/m);
});

test("clients/python/tests hold", () => {
  const args = ["-B", "-W", "error", "-m", "unittest", "discover", "-s", "tests"];
  const { status, stderr } = run("/usr/bin/python3", args, "clients/python");
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/^Ran \d\d tests/m);
});

test.each([
  ["clients/php/tests.php", "/usr/bin/php", ["-d", "apc.enable_cli=1", "clients/php/tests.php"]],
  ["clients/cpp/tests.cpp", join(cppBuild, "tests"), []],
  ["examples/woocommerce-ovh/tests.php", "/usr/bin/php", ["examples/woocommerce-ovh/tests.php"]],
])("%s holds", (_, program, args) => {
  const { status, stdout, stderr } = run(program, args);
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^(\d\d+) of \1 promises hold\n$/);
});

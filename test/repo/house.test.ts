import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../../packages/baton/src/commands/index.ts";
import { filesBelow, root } from "./run.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const code = ["bench", "docs", "examples", "packages", "scripts", "test"].flatMap((folder) =>
  filesBelow(folder, /\.(ts|tsx|mjs)$/),
);
const plugins = [
  "packages/baton/src/commands",
  "packages/baton/src/doctor/reporters",
  "packages/baton/src/doctor/rules",
  "packages/baton/src/drill/checkers",
  "packages/baton/src/drill/faults",
  "packages/baton/src/drill/workload/kinds",
  "packages/baton/src/proof/proofs",
];

test("the repository has files to check", () => {
  expect(code.length).toBeGreaterThan(120);
});

test("npm start, which installs what is needed to run alone, can build with that", () => {
  const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
  const scripts = ["scripts/start.mjs", "scripts/prepare.mjs", "scripts/build.mjs"].map(read).join("\n");
  const named = [...scripts.matchAll(/(?:from "|resolve\([`"])((?:@[\w-]+\/)?[\w-]+)(?=["`/])/g)];
  const packages = named.map(([, name]) => name);
  expect(packages).toContain("esbuild");
  expect(packages.filter((name) => !(String(name) in dependencies))).toEqual([]);
});

test("no file of ours is longer than 300 lines", () => {
  const long = code.map((path) => [path, read(path).split("\n").length - 1] as const);
  expect(long.filter(([, lines]) => lines > 300)).toEqual([]);
});

test("no line of code is longer than 110 characters", () => {
  const long = code.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, index) => (line.length > 110 ? [`${path}:${index + 1}`] : [])),
  );
  expect(long).toEqual([]);
});

test("every file of code opens with a sentence on its job", () => {
  const silent = code.filter(
    (path) => !/\.test\.tsx?$|vitest\.config/.test(path) && !/^(#!.*\n)?\/[/*]/.test(read(path)),
  );
  expect(silent).toEqual([]);
});

test("nothing is marked as unfinished, skipped or silenced", () => {
  const mark = /T[O]DO|F[I]XME|@ts-(ignore|expect-error|nocheck)|\bas an[y]\b/;
  const narrowed = /\b(test|it|describe)\.(skip|only|todo)\b/;
  const marked = code.filter((path) => mark.test(read(path)) || narrowed.test(read(path)));
  expect(marked).toEqual([]);
});

test("nothing of ours names a place on somebody's machine", () => {
  const everything = [...code, ...filesBelow(".", /\.(md|yml|json|mjs)$/)];
  const named = everything.filter((path) => /(^|[\s"'(`=])\/(home|root|work|Users)\//.test(read(path)));
  expect(named).toEqual([]);
});

test("the lock file names no registry and fits package.json on every platform", () => {
  expect(read("package-lock.json")).not.toMatch(/"resolved": "http/);
  const npm = spawnSync("npm", ["ci", "--dry-run", "--ignore-scripts", "--offline"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(`${npm.stdout}${npm.stderr}`).not.toMatch(/Missing:|EUSAGE/);
});

describe("commands", () => {
  test("are listed alphabetically, one file each, and every file is listed", async () => {
    const ids = commands.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    for (const entry of commands) expect((await entry.load()).id).toBe(entry.id);
    const own = new Set(ids.map((id) => `${id.replaceAll(" ", "-")}.ts`));
    const files = filesBelow("packages/baton/src/commands", /^(?!.*\.test\.).*\.ts$/).map((path) =>
      basename(path),
    );
    for (const file of own) expect(files).toContain(file);
  });

  test("have a summary, and examples that begin with the command itself", async () => {
    for (const { load } of commands) {
      const { id, summary, examples, hidden } = await load();
      expect(summary.length, id).toBeGreaterThan(10);
      if (hidden === true) continue;
      expect(examples.length, `${id} has no example`).toBeGreaterThan(0);
      for (const { line } of examples) expect(line).toContain(`baton ${id}`);
    }
  });
});

test("no deadline is lost: AbortSignal.timeout may be collected before it fires, timeLimit is not", () => {
  const product = filesBelow("packages/baton/src", /^(?!.*\.(test|fixture)\.)(?!.*time-limit).*\.ts$/);
  expect(product.length).toBeGreaterThan(100);
  expect(product.filter((path) => read(path).includes("AbortSignal.timeout"))).toEqual([]);
});

test("the installed command runs what was built", () => {
  const bin = join(root, "packages/baton/bin/baton.js");
  const { stdout, status } = spawnSync(process.execPath, [bin, "--version"], { encoding: "utf8" });
  const { version } = JSON.parse(read("packages/baton/package.json")) as { version: string };
  expect([status, stdout.trim()]).toEqual([0, version]);
});

test("plugin folders hold small files", () => {
  const long = plugins
    .flatMap((folder) => filesBelow(folder, /\.ts$/))
    .filter((path) => !/\.test\.|\/index\.ts$/.test(path) && read(path).split("\n").length > 150);
  expect(long).toEqual([]);
});

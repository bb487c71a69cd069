import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand } from "../sys/run-command.ts";
import { packProgram, type Program } from "./program.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bt-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const { signal } = new AbortController();
const withinMs = 20_000;

const packageOf = (...dependencies: readonly string[]): string =>
  JSON.stringify({
    type: "module",
    exports: "./index.js",
    dependencies: Object.fromEntries(dependencies.map((name) => [name, "*"])),
  });
/** Says its name, and what the packages say that it needs. */
const codeOf = (name: string, ...needed: readonly string[]): string =>
  [
    ...needed.map((other, index) => `import said${index} from "${other}";`),
    `export default ["${name}", ${needed.map((_, index) => `said${index}`).join(", ")}];`,
    "",
  ].join("\n");

/**
 * As npm lays it out in a workspace: most packages at its top, those of another version below who needs them.
 * `two` needs `three` in another version than all others, and Baton `five`.
 */
const TREE: Readonly<Record<string, string>> = {
  "packages/baton/package.json": packageOf("one", "three", "five", "@of/four", "redis-baton-client"),
  "packages/baton/bin/baton.js": '#!/usr/bin/env node\nimport "../dist/cli.js";\n',
  "packages/baton/dist/cli.js": 'import all from "./all.js";\nconsole.log(JSON.stringify(all));\n',
  "packages/baton/dist/all.js": codeOf("baton", "one", "five", "@of/four"),
  "packages/baton/dist/cli.js.map": "{}",
  "packages/baton/src/cli.ts": "",
  "node_modules/one/package.json": packageOf("two"),
  "node_modules/one/index.js": codeOf("one", "two"),
  "node_modules/one/readme.md": "read me",
  "node_modules/one/index.d.ts": "export {};",
  "node_modules/two/package.json": packageOf("three", "five"),
  "node_modules/two/index.js": codeOf("two", "three", "five"),
  "node_modules/two/node_modules/three/package.json": packageOf(),
  "node_modules/two/node_modules/three/index.js": codeOf("three of two"),
  "node_modules/@of/four/package.json": packageOf("three"),
  "node_modules/@of/four/index.js": codeOf("four", "three"),
  "node_modules/three/package.json": packageOf(),
  "node_modules/three/index.js": codeOf("three"),
  "node_modules/five/package.json": packageOf("three"),
  "node_modules/five/index.js": codeOf("five of all", "three"),
  "packages/baton/node_modules/five/package.json": packageOf(),
  "packages/baton/node_modules/five/index.js": codeOf("five of baton"),
  "node_modules/never/package.json": packageOf(),
};

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

async function pack(into: string): Promise<Program> {
  await mkdir(join(folder, into));
  await write("node", "a runtime");
  const sources = {
    root: join(folder, "packages", "baton"),
    version: "1.2.3",
    runtime: join(folder, "node"),
  };
  return await packProgram(join(folder, into), sources, signal);
}

async function packTree(into: string, change: Readonly<Record<string, string>> = {}): Promise<Program> {
  for (const [name, text] of Object.entries({ ...TREE, ...change })) await write(name, text);
  return await pack(into);
}

/** Where nothing but the archive is. */
async function unpack({ archive }: Program): Promise<string> {
  const host = await mkdtemp(join(folder, "host-"));
  const { status } = await runCommand(["tar", "-xzf", archive, "-C", host], { withinMs, signal });
  expect(status).toBe(0);
  return host;
}

test("what is packed runs where there is nothing else, each package with the version it needs", async () => {
  const program = await packTree("a");
  const host = await unpack(program);
  expect(await readdir(host)).toEqual([program.id]);
  await rm(join(folder, "node_modules"), { recursive: true });
  await rm(join(folder, "packages"), { recursive: true });
  const command = [process.execPath, join(host, program.id, "bin", "baton.js")] as const;
  const { stdout, stderr } = await runCommand(command, { withinMs, signal });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual([
    "baton",
    ["one", ["two", ["three of two"], ["five of all", ["three"]]]],
    ["five of baton"],
    ["four", ["three"]],
  ]);
});

test("what only developers need, or nobody, stays behind", async () => {
  const program = await packTree("a");
  const at = join(await unpack(program), program.id);
  const entries = await readdir(at, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  expect(files.filter((name) => /\.(map|md|ts)$/.test(name))).toEqual([]);
  expect((await readdir(at)).toSorted()).toEqual([
    "bin",
    "complete",
    "dist",
    "node_modules",
    "package.json",
  ]);
  expect((await readdir(join(at, "node_modules"))).toSorted()).toEqual([
    "@of",
    "five",
    "one",
    "three",
    "two",
  ]);
});

test("an optional package goes along where this machine has it, with what it needs", async () => {
  const own = JSON.parse(TREE["packages/baton/package.json"] ?? "") as object;
  const optionalDependencies = { maybe: "*", absent: "*" };
  const program = await packTree("a", {
    "packages/baton/package.json": JSON.stringify({ ...own, optionalDependencies }),
    "node_modules/maybe/package.json": packageOf("six"),
    "node_modules/maybe/index.js": codeOf("maybe", "six"),
    "node_modules/six/package.json": packageOf(),
    "node_modules/six/index.js": codeOf("six"),
  });
  const packages = await readdir(join(await unpack(program), program.id, "node_modules"));
  expect(packages).toEqual(expect.arrayContaining(["maybe", "one", "six"]));
  expect(packages).not.toContain("absent");
});

test("root owns it, everybody may run it and nobody else may change it", async () => {
  const program = await packTree("a");
  const list = ["tar", "--list", "--verbose", "--numeric-owner", "--file", program.archive] as const;
  const { stdout } = await runCommand(list, { withinMs, signal });
  const lines = stdout.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(10);
  for (const line of lines) expect(line).toMatch(/^(d...r.xr.x|-rw.r-.r-.) 0\/0 /);
  // A host knows by it that nothing is missing.
  expect(lines.at(-1)).toMatch(/\/complete$/);
});

test("the same content has the same name, wherever and whenever it is packed", async () => {
  const first = await packTree("a");
  const second = await packTree("b");
  expect(second.id).toBe(first.id);
  expect(first.id).toMatch(/^baton-1\.2\.3-[0-9a-f]{12}$/);
  expect(second.runtimeId).toBe(first.runtimeId);
});

test("another content has another name, be it of Baton, a package or the runtime", async () => {
  const first = await packTree("a");
  const { id: own } = await packTree("b", { "packages/baton/dist/cli.js": "console.log(1);\n" });
  const { id: theirs } = await packTree("c", { "node_modules/three/index.js": codeOf("thirteen") });
  expect(new Set([first.id, own, theirs]).size).toBe(3);
  await write("other", "another runtime");
  const root = join(folder, "packages", "baton");
  const sources = { root, version: "1.2.3", runtime: join(folder, "other") };
  await mkdir(join(folder, "d"));
  expect((await packProgram(join(folder, "d"), sources, signal)).runtimeId).not.toBe(first.runtimeId);
});

test("a package that is not installed is named with who needs it", async () => {
  await expect(
    packTree("a", { "node_modules/two/package.json": packageOf("three", "nowhere") }),
  ).rejects.toMatchObject({
    code: "UNABLE",
    message: `the package nowhere, which ${folder}/node_modules/two needs, is not installed`,
  });
});

test("it is the packed one that counts: the program's own files are not changed", async () => {
  await packTree("a");
  for (const [name, text] of Object.entries(TREE))
    expect(await readFile(join(folder, name), "utf8"), name).toBe(text);
  expect((await stat(join(folder, "packages", "baton"))).isDirectory()).toBe(true);
});

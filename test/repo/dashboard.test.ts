import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROBLEMS } from "../../packages/baton/src/decide/types.ts";
import { ADVICE } from "../../packages/dashboard/src/group/advice.ts";
import { root } from "./run.ts";

const GZIP_BYTES_MAX = 45_000;

let folder: string;
let inputs: readonly string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-page-"));
  const script = join(root, "scripts/build-page.mjs");
  const built = spawnSync(process.execPath, [script, folder], { cwd: root, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  inputs = built.stdout.trim().split("\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = (name: string) => readFileSync(join(folder, name), "utf8");

test("the live page is four files, and its script and style weigh less than 45 kB together", () => {
  expect(readdirSync(folder).sort()).toEqual(["icon.svg", "index.html", "main.js", "style.css"]);
  const weights = ["main.js", "style.css"].map((name) => gzipSync(page(name), { level: 9 }).length);
  const all = weights.reduce((sum, one) => sum + one, 0);
  process.stdout.write(`the live page: ${weights.join(" + ")} = ${all} bytes of gzip\n`);
  expect(all).toBeGreaterThan(5_000);
  expect(all).toBeLessThan(GZIP_BYTES_MAX);
});

test("the live page says that it waits before its script runs", () => {
  const [, shown = ""] = /<div id="app">(.*)<\/div>/su.exec(page("index.html")) ?? [];
  expect(shown.replaceAll(/<[^>]*>/g, " ")).toContain("Waiting for the agent's first word.");
});

test("the live page brings preact and no other library", () => {
  const packages = inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(["preact"]);
});

test("the live page has no script or style that its security policy forbids, and asks nobody else", () => {
  const html = page("index.html");
  expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|javascript:| on\w+=/);
  const everything = ["icon.svg", "index.html", "main.js", "style.css"].map(page).join("\n");
  const addresses = new Set(everything.match(/https?:\/\/[\w.]+/g));
  // Names of namespaces, which nobody asks for.
  expect([...addresses].filter((one) => one !== "http://www.w3.org")).toEqual([]);
});

test("every problem has a sentence on what to do about it, and its runbook exists", () => {
  expect(Object.keys(PROBLEMS).filter((code) => !Object.hasOwn(ADVICE, code))).toEqual([]);
  const runbooks = join(root, "docs/runbooks");
  const named = Object.values(ADVICE).flatMap(({ runbook }) => runbook ?? []);
  expect(named.filter((name) => !/^Baton[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
  const missing = named.filter((name) => !existsSync(join(runbooks, `${name}.md`)));
  expect(existsSync(runbooks) ? missing : []).toEqual([]);
});

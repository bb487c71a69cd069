// The rules, as promtool reads them: every alert fires when it should, and is silent when it should be.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALERTS } from "../../packages/baton/src/alerts/table.ts";
import { root } from "../repo/run.ts";
import { alertCases } from "./support/alert-cases/index.ts";
import { casesText, filedCases, variantsText } from "./support/alert-tests.ts";

const FOLDER = join(root, "testdata/alerts");
const RULES = join(root, "testdata/render/hosts/monitoring/baton.rules.yml");
const FILES = filedCases(alertCases);
const PROMTOOL_MS = 150_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-alerts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function promtool(...args: readonly string[]) {
  const done = spawnSync("promtool", args, { encoding: "utf8", timeout: PROMTOOL_MS });
  return { status: done.status, said: `${done.stdout}${done.stderr}` };
}

test("every alert has a case in which it fires and one in which it is silent", () => {
  const cases = Object.values(alertCases).flat();
  const shown = (isFiring: boolean) => {
    const names = cases
      .filter(({ fires }) => (fires !== undefined) === isFiring)
      .map(({ alert }) => alert);
    return new Set(names);
  };
  const all = new Set(ALERTS.map(({ name }) => name));
  expect(shown(true)).toEqual(all);
  expect(shown(false)).toEqual(all);
});

test("every case stands with the family of its alert", () => {
  const familyOf = new Map<string, string>(ALERTS.map(({ name, family }) => [name, family]));
  const strayed = Object.entries(alertCases).flatMap(([family, cases]) =>
    cases.filter(({ alert }) => familyOf.get(alert) !== family),
  );
  expect(strayed).toEqual([]);
});

test("the files for promtool are what the cases say", () => {
  mkdirSync(FOLDER, { recursive: true });
  const files = new Map(FILES.map(([name, cases]) => [`${name}.yml`, casesText(cases)]));
  if (process.env["UPDATE"] === "1") {
    for (const name of readdirSync(FOLDER)) rmSync(join(FOLDER, name));
    for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
  }
  expect(readdirSync(FOLDER).sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) {
    const drifted = `${name} drifted: UPDATE=1 writes it anew`;
    expect(readFileSync(join(FOLDER, name), "utf8"), drifted).toBe(text);
  }
});

test("promtool finds nothing wrong with the rules", () => {
  const { status, said } = promtool("check", "rules", RULES);
  expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
});

function expectSuccess(path: string): void {
  const { status, said } = promtool("test", "rules", path);
  expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining("SUCCESS") });
}

test.each(FILES)("the alerts of %s fire when they should, and only then", (name) => {
  expectSuccess(join(FOLDER, `${name}.yml`));
});

test.each(FILES)("those of %s are silent in drills, and need no third agent", (name, cases) => {
  const path = join(folder, `${name}.yml`);
  writeFileSync(path, variantsText(cases, RULES));
  expectSuccess(path);
});

test("a case that says something else does not pass", () => {
  const text = readFileSync(join(FOLDER, "nodes.yml"), "utf8");
  const wrong = text
    .replaceAll("answers no agent", "answers everybody")
    .replace(/rule_files: .*/, `rule_files: ["${RULES}"]`);
  const path = join(folder, "wrong.yml");
  writeFileSync(path, wrong);
  const { status, said } = promtool("test", "rules", path);
  expect({ status, said }).toEqual({ status: 1, said: expect.stringContaining("FAILED") });
});

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Rule } from "../../packages/baton/src/doctor/rule.ts";
import { rules } from "../../packages/baton/src/doctor/rules/index.ts";
import { saidAbout } from "./reference-rules.ts";
import { filesBelow, root } from "./run.ts";

const folder = "packages/baton/src/doctor/rules";
const ids = rules.map(({ id }) => id);

test("rules are listed alphabetically, each once", () => {
  expect(ids).toEqual([...new Set(ids)].sort());
});

test("every rule has its file, its test and its page, and every such file has its rule", () => {
  const named = ids.map((id) => id.toLowerCase());
  const files = (ending: RegExp) =>
    filesBelow(folder, ending)
      .filter((path) => dirname(path) === folder)
      .map((path) => basename(path));
  const own = files(/^(?!.*\.(test|fixture)\.).*\.ts$/).filter((name) => name !== "index.ts");
  expect(own.sort()).toEqual(named.map((name) => `${name}.ts`).sort());
  expect(files(/\.test\.ts$/).sort()).toEqual(named.map((name) => `${name}.test.ts`).sort());
  const pages = filesBelow("docs/reference/rules", /\.md$/).map((path) => basename(path, ".md"));
  expect(pages.filter((page) => page !== "index").sort()).toEqual([...ids].sort());
});

test("every rule is in the table of its family, every family in the whole table", async () => {
  const tables = filesBelow(`${folder}/families`, /\.ts$/).sort();
  const listed: Rule[] = [];
  for (const path of tables) {
    const family = basename(path, ".ts");
    const exported = (await import(join(root, path))) as Readonly<Record<string, readonly Rule[]>>;
    expect(Object.keys(exported)).toEqual([`${family}Rules`]);
    const own = exported[`${family}Rules`] ?? [];
    for (const { id } of own) expect(id.toLowerCase()).toMatch(new RegExp(`^${family}\\d+$`));
    listed.push(...own);
  }
  expect(listed).toEqual(rules);
});

test("every rule is exported from its file under its own name", async () => {
  for (const rule of rules) {
    const path = join(root, folder, `${rule.id.toLowerCase()}.ts`);
    expect(existsSync(path), path).toBe(true);
    const exported = (await import(path)) as Readonly<Record<string, unknown>>;
    expect(exported[rule.id.toLowerCase()]).toBe(rule);
  }
});

test("the page of a rule shows its example found, at a place in one of the example's files", async () => {
  for (const rule of rules) {
    if (rule.bad === undefined) continue;
    const said = await saidAbout(rule, rule.bad);
    expect(said, rule.id).toContain(rule.id);
    const places = Object.keys(rule.bad.files);
    expect(
      places.some((file) => said.includes(`${file}:`)),
      rule.id,
    ).toBe(true);
  }
});

test("the near miss of a rule is not found", async () => {
  for (const rule of rules) {
    if (rule.good !== undefined) expect(await saidAbout(rule, rule.good), rule.id).toBe("");
  }
});

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../../packages/baton/src/commands/index.ts";
import { PROBLEMS } from "../../packages/baton/src/decide/types.ts";
import { commandLinesIn, wrongIn } from "./command-lines.ts";
import { filesBelow, root } from "./run.ts";
import { INDEX, indexWithRows, runbooks } from "./runbooks.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const all = runbooks();
const HEADINGS = [
  "What it means",
  "What users feel",
  "What Baton does by itself",
  "Look first",
  "What to do",
  "Wake somebody when",
  "It is over when",
  "More",
];

test("there are runbooks to check", () => {
  expect(all.length).toBeGreaterThanOrEqual(35);
});

describe.each(all)("the runbook $name", ({ name, severity, headings, means, text }) => {
  test("says the same things in the same order as all others, and is short", () => {
    expect(text.startsWith(`# ${name}\n\nSeverity: **${severity}**\n`)).toBe(true);
    expect(["critical", "warning", "info"]).toContain(severity);
    expect(headings).toEqual(HEADINGS);
    expect(means.length).toBeGreaterThan(20);
    expect(text.split("\n").length).toBeLessThanOrEqual(65);
  });

  test("begins with one command, and shows what it says", () => {
    const look = /^## Look first\n([\s\S]*?)^## /m.exec(text)?.[1] ?? "";
    const typed = look.replaceAll(/^```[\s\S]*?^```$/gm, "").match(/^ {4}.+$/gm);
    expect(typed).toHaveLength(1);
    expect(look).toMatch(/^```text\n[\s\S]+?^```$/m);
  });

  test("names problems by words that `baton status` has", () => {
    const named = [...text.matchAll(/\[([a-z]+(?:-[a-z]+)*)\](?!\()/g)].map(([, code = ""]) => code);
    expect(named.filter((code) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
  });
});

test("the table of all runbooks is what the pages say", () => {
  const drawn = indexWithRows(read(INDEX), all);
  if (process.env["UPDATE"] === "1") writeFileSync(join(root, INDEX), drawn);
  expect(read(INDEX), `${INDEX} drifted: npm run generate`).toBe(drawn);
});

const TABLE = join(root, "packages/baton/src/alerts/table.ts");

test.runIf(existsSync(TABLE))(
  "every alert has its page, every page its alert, alike severe",
  async () => {
    const { ALERTS } = (await import(TABLE)) as {
      readonly ALERTS: readonly { readonly name: string; readonly severity: string }[];
    };
    const said = (one: { readonly name: string; readonly severity: string }) =>
      `${one.name} ${one.severity}`;
    expect(all.map(said)).toEqual(ALERTS.map(said).sort());
  },
);

test("every command line of Baton in a page can be typed as it stands", async () => {
  const table = await Promise.all(commands.map(({ load }) => load()));
  const lines = filesBelow(".", /\.md$/)
    .filter((path) => !path.startsWith("testdata"))
    .flatMap((path) => commandLinesIn(read(path)).map((line) => ({ path, line })));
  expect(lines.length).toBeGreaterThan(300);
  const wrong = lines.flatMap(({ path, line }) =>
    wrongIn(line, table).map((sentence) => `${path}: ${sentence}`),
  );
  expect(wrong).toEqual([]);
});

test("a command that does not exist, or a flag that it has not, would be found", async () => {
  const table = await Promise.all(commands.map(({ load }) => load()));
  const page = [
    "Run `baton statuss` or `npx baton status --watchful`, and see `baton drill`, `baton status --help`:",
    "",
    "    baton drill run --file",
    "    baton doctor --format pdf    # no such format",
    "    baton switchover --file cluster.yml --to h2      and all is well",
  ].join("\n");
  expect(commandLinesIn(page).flatMap((line) => wrongIn(line, table))).toEqual([
    "baton drill run --file needs a value",
    "baton drill run needs <fault>",
    "baton doctor --format does not take pdf",
    "there is no command baton statuss",
    "baton status has no --watchful",
  ]);
});

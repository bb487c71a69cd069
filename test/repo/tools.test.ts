import { expect, test } from "vitest";
import { runTool } from "./run.ts";

test("the types of every file are right", () => {
  const { status, output } = runTool("tsc", ["-p", "."]);
  expect(output.trim()).toBe("");
  expect(status).toBe(0);
});

test("the types of the documentation site are right; its libraries' own are not ours to mend", () => {
  const { status, output } = runTool("tsc", ["-p", "docs/.vitepress"]);
  expect(output.trim()).toBe("");
  expect(status).toBe(0);
});

test("lint has nothing to say, floating promises included", () => {
  const { status, output } = runTool("oxlint", [
    "--type-aware",
    "--deny-warnings",
    "packages",
    "bench",
    "docs/.vitepress",
    "test",
    "vitest.config.ts",
  ]);
  expect(output).toContain("Found 0 warnings and 0 errors");
  expect(output, "it must have looked at the files").toMatch(/on [1-9]\d+ files/);
  expect(status).toBe(0);
});

test("every file is formatted as `npm run format` would", () => {
  const { status, output } = runTool("biome", ["format", "."]);
  expect(status, output).toBe(0);
});

test("nothing is written that nobody uses", () => {
  const { status, output } = runTool("knip", ["--no-progress"]);
  expect(output.trim()).toBe("");
  expect(status).toBe(0);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { referencePages } from "./reference.ts";
import { filesBelow, root } from "./run.ts";

const folder = join(root, "docs/reference");

describe("reference pages", () => {
  test("are what the tables in the code say", async () => {
    const pages = await referencePages();
    if (process.env["UPDATE"] === "1") {
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of pages) writeFileSync(join(folder, name), text);
    }
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) {
      expect(readFileSync(join(folder, name), "utf8"), `${name} drifted: npm run generate`).toBe(text);
    }
  });
});

test("every link between our pages leads somewhere", () => {
  const broken = filesBelow(".", /\.md$/).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(
      ([, link]) => link ?? "",
    );
    return links
      .filter((link) => !existsSync(join(root, dirname(path), link)))
      .map((link) => `${path}: ${link}`);
  });
  expect(broken).toEqual([]);
});

test("the README is short enough to be read", () => {
  expect(readFileSync(join(root, "README.md"), "utf8").split("\n").length).toBeLessThanOrEqual(150);
});

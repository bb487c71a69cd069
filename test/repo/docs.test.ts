import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { formatProblem, loadCluster } from "../../packages/baton/src/cluster/load.ts";
import { METRICS } from "../../packages/baton/src/metrics/table.ts";
import { referencePages } from "./reference.ts";
import { filesBelow, root } from "./run.ts";

const folder = join(root, "docs/reference");

describe("reference pages", () => {
  test("are what the tables in the code say", async () => {
    const pages = await referencePages();
    if (process.env["UPDATE"] === "1") {
      rmSync(folder, { recursive: true, force: true });
      for (const [name, text] of pages) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    }
    const written = filesBelow("docs/reference", /./).map((path) => relative("docs/reference", path));
    expect(written.sort()).toEqual([...pages.keys()].sort());
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

test("every metric that a page names is one", () => {
  const named = filesBelow(".", /\.md$/).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return [...text.matchAll(/`(baton_\w+)/g)].map(([, metric]) => ({ path, metric: metric ?? "" }));
  });
  expect(named.length).toBeGreaterThan(20);
  const source = readFileSync(join(root, "packages/client/src/metrics.ts"), "utf8");
  const ofClients = [...source.matchAll(/name: "(baton_client_\w+)"/g)].map(([, metric]) => metric);
  expect(ofClients.length).toBeGreaterThan(5);
  // The module for Python is called as its file.
  const known = new Set([...Object.keys(METRICS), ...ofClients, "baton_redis"]);
  expect(named.filter(({ metric }) => !known.has(metric))).toEqual([]);
});

test("what the router's guide writes into a cluster file is accepted there", () => {
  const smallest = readFileSync(join(root, "examples/smallest.yml"), "utf8");
  const guide = readFileSync(join(root, "docs/router.md"), "utf8");
  const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example ?? "");
  expect(examples).toHaveLength(2);
  for (const example of examples) {
    const loaded = loadCluster(`${smallest}\n${example}`, "router.md");
    expect(loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem)).toEqual([]);
  }
});

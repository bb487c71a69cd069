import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { kindOf } from "../../packages/baton/src/doctor/recognise.ts";
import { planTree } from "./tree.ts";

const testdata = fileURLToPath(new URL("../../testdata/doctor", import.meta.url));

test("a tree has as many files as asked for, of many clusters, and doctor reads all of them", async () => {
  for (const withCode of [true, false]) {
    const { files, clusters } = await planTree(testdata, 1000, { withCode });
    expect(files).toHaveLength(1000);
    expect(new Set(files.map(({ path }) => path)).size).toBe(1000);
    expect(clusters).toBeGreaterThan(100);
    const kinds = files.map((file) => kindOf(file));
    expect(kinds).not.toContain(undefined);
    expect(kinds.some((kind) => kind?.startsWith("code-") === true)).toBe(withCode);
  }
});

test("no two clusters of a tree share an address", async () => {
  const { files } = await planTree(testdata, 1000, { withCode: true });
  const owners = new Map<string, Set<string>>();
  for (const { path, text } of files) {
    for (const [address] of text.matchAll(/\b(?:10|203)\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g)) {
      owners.set(address, (owners.get(address) ?? new Set()).add(path.split("/")[0] ?? ""));
    }
  }
  expect([...owners].filter(([, clusters]) => clusters.size > 1)).toEqual([]);
});

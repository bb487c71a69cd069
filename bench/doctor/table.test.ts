import { expect, test } from "vitest";
import type { Run } from "./measure.ts";
import { brokenPromises, type DoctorBench, drawMarkdown } from "./table.ts";

const run = (tookMs: number, mebibytes: number): Run => ({
  tookMs,
  cpuMs: tookMs,
  peakBytes: mebibytes * 2 ** 20,
  findings: 12,
  checkedFiles: 1000,
  groups: 130,
});
const slowRuns = [run(9000, 900)];
const bench = (files: number, ...runs: readonly Run[]): DoctorBench => ({
  conditions: {
    at: "2026-11-21T00:00:00.000Z",
    cpu: "a processor",
    cores: 2,
    memoryBytes: 2 ** 32,
    kernel: "6.1",
    node: "20.20.2",
    redis: "7.0.15",
    haproxy: "2.6",
    loadAverage: 0.1,
    warnings: [],
  },
  trees: [
    { name: "Configuration", isPromised: true, files, bytes: 2 ** 20, clusters: 130, runs },
    { name: "Code, too", isPromised: false, files, bytes: 2 ** 20, clusters: 130, runs: slowRuns },
  ],
});

test("the median of the times and the highest peak are held against what is promised", () => {
  expect(brokenPromises(bench(1000, run(1500, 250), run(2600, 299), run(1900, 260)))).toEqual([]);
  expect(brokenPromises(bench(1000, run(2100, 250), run(2600, 310), run(1900, 260)))).toEqual([
    "the median is 2100 ms, promised are 2000",
    "memory peaks at 310.0 MB, promised are 300.0",
  ]);
});

test("nothing is promised for another number of files, and for code", () => {
  expect(brokenPromises(bench(2000, run(9000, 900)))).toEqual([]);
});

test("the table shows the figures, and what was not kept", () => {
  const lines = drawMarkdown(bench(1000, run(2500, 200)));
  expect(lines).toContain("| time, ms               |   2500 |  2500 |");
  expect(lines.at(-1)).toBe("**Not kept:** the median is 2500 ms, promised are 2000");
});

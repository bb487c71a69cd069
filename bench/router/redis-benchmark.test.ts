import { expect, test } from "vitest";
import { requestsFor } from "./loads.ts";
import { benchmarkArguments, parseBenchmark } from "./redis-benchmark.ts";

const heads = ["test", "rps", "avg_latency_ms", "p50_latency_ms", "p95_latency_ms", "p99_latency_ms"];
const cells = ["SET", "68965.52", "0.425", "0.423", "0.503", "0.607"];
const table = [heads, cells].map((line) => `${line.map((cell) => `"${cell}"`).join(",")}\n`).join("");

test("reads the figures by the names of the columns, whatever stands before them", () => {
  const expected = { operations: 500, operationsPerSecond: 68_965.52, p50Ms: 0.423, p99Ms: 0.607 };
  expect(parseBenchmark(table, 500)).toEqual(expected);
  expect(parseBenchmark(`WARNING: no CONFIG\n${table}`, 500)).toEqual(expected);
});

test.each([
  "",
  "Error: Connection reset",
  table.replace("68965.52", "0.00"),
  table.replace("68965.52", "inf"),
])("refuses what is no measure: %j", (text) => {
  expect(() => parseBenchmark(text, 1)).toThrow(/expected a positive rps in its CSV/);
});

test("asks for a fixed keyspace and for CSV", () => {
  const words = benchmarkArguments({
    address: "127.0.0.1",
    port: 6379,
    password: "secret",
    command: "get",
    clients: 50,
    pipeline: 16,
    valueBytes: 3,
    keyspace: 10_000,
    requests: 800,
  }).join(" ");
  expect(words).toContain("--csv");
  expect(words).toContain("-t get -c 50 -P 16 -d 3 -r 10000 -n 800");
});

test("sizes a run by what was measured last, and never below what its clock of milliseconds can tell", () => {
  const shape = { clients: 50, pipeline: 16 };
  expect(requestsFor(shape, { seconds: 3, perSecond: 100_000 })).toBe(300_000);
  expect(requestsFor(shape, { seconds: 0.01, perSecond: 1_000 })).toBe(2_000);
  const wide = { clients: 500, pipeline: 16 };
  expect(requestsFor(wide, { seconds: 0.01, perSecond: 1_000 })).toBe(8_000);
});

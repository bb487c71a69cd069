import { expect, test } from "vitest";
import { rowOf } from "./figures.ts";
import { outageRowOf } from "./outage-figures.ts";
import { drawMarkdown, type RouterBench } from "./tables.ts";

const bench: RouterBench = {
  seed: 7,
  rounds: 1,
  secondsOfAMeasure: 3,
  isQuick: false,
  conditions: {
    at: "2026-01-01T00:00:00.000Z",
    cpu: "a processor",
    cores: 2,
    memoryBytes: 4e9,
    kernel: "6.1",
    node: "20",
    redis: "7.0",
    haproxy: "2.6",
    loadAverage: 0.1,
    warnings: [],
  },
};

test("what was not measured is said with the reason and the last words, and failures are told", () => {
  const measures = [
    {
      round: 1,
      contestant: "direct",
      load: "c50 SET",
      operations: 10,
      operationsPerSecond: 5_000,
      p50Ms: 0.5,
      p99Ms: 1,
      cpuMicrosPerOperation: null,
      memory: null,
    },
  ];
  const rows = ["direct", "haproxy"].map((contestant) =>
    rowOf({ contestant, measures, baselines: ["haproxy"] }),
  );
  const lines = drawMarkdown({
    ...bench,
    speed: {
      contestants: [
        { id: "direct", title: "Redis itself" },
        { id: "haproxy", title: "HAProxy" },
      ],
      absent: [{ id: "router-1", title: "the router", reason: "it ended; it said:\none\ntwo" }],
      baselines: ["haproxy"],
      loads: [{ id: "c50 SET", title: "50 connections, SET", rows }],
      failures: ["round 1: c50 SET haproxy: it hung"],
      measures,
    },
  });
  expect(lines).toContain("- Not measured: the router: it ended; it said: two");
  expect(lines).toContain("- Failed: round 1: c50 SET haproxy: it hung");
  expect(lines.find((line) => line.startsWith("| Redis itself"))).toMatch(/ 5000 \|.* 0\.500 \|/);
  expect(lines.find((line) => line.startsWith("| HAProxy "))).toMatch(/^[^0-9]*$/);
});

test("a small number of idle sessions is explained by the files a process may open", () => {
  const row = { contestant: "haproxy", title: "HAProxy", reason: null, lost: 0 };
  const bytes = { beforeBytes: 10e6, withBytes: 20e6, afterBytes: 15e6, peakBytes: 21e6 };
  const rows = [{ ...row, ...bytes, opened: 500 }];
  const idle = { wanted: 10_000, filesMax: 1_024, rows, absent: [], failures: [] };
  const lines = drawMarkdown({ ...bench, idle });
  expect(lines.find((line) => line.startsWith("| HAProxy"))).toMatch(/ 500 \|.* 20\.0 \|.* 20\.0 \|$/);
  expect(lines.join("\n")).toContain("10000 were wanted; a process may have 1024 files open here");
});

test("an outage's row counts what was lost, and every class of error", () => {
  const entry = { client: "a-1", sentAtMs: 0, settledAtMs: 1 };
  const row = outageRowOf({
    team: "a",
    title: "A",
    gapsMs: [2_000, 1_000, 3_000],
    entries: [
      { ...entry, id: 1, outcome: { kind: "acknowledged" } },
      { ...entry, id: 2, outcome: { kind: "failed", error: "READONLY" } },
      { ...entry, id: 3, outcome: { kind: "unknown", error: "timeout" } },
      { ...entry, id: 4, outcome: { kind: "unknown", error: "timeout" } },
    ],
    found: [{ lost: new Set([1]), duplicated: 2, ghosts: 0, lostWindowMs: 0 }],
  });
  expect(row).toMatchObject({ sent: 4, acknowledged: 1, lost: 1, duplicated: 2 });
  expect(row.gapMs).toEqual({ min: 1_000, median: 2_000, max: 3_000 });
  const outages = { runs: 3, clientsOfEachKind: 1, paceMs: 10, rows: [row], absent: [], failures: [] };
  const line = drawMarkdown({ ...bench, outages }).find((one) => one.startsWith("| A "));
  expect(line).toContain("2000 (1000-3000)");
  expect(line).toContain("1 READONLY, 2 timeout");
});

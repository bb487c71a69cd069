import { expect, test } from "vitest";
import { parseTcp } from "./agent.ts";
import { readScrape } from "./rest.ts";
import { brokenPromises, drawGroups, type GroupsBench, type SizeResult } from "./table.ts";

const figures = {
  loads: 3,
  firstPaintMsMedian: 400,
  firstPaintMsMax: 500,
  overviewMsMedian: 700,
  overviewMsMax: 800,
  updates: 40,
  updateMsMedian: 30,
  updateMsMax: 60,
  longTasks: 1,
  longestTaskMs: 70,
  heapBytes: 20 * 2 ** 20,
  elements: 9_000,
};
const size = (groups: number, more: Partial<SizeResult> = {}): SizeResult => ({
  groups,
  servers: 2 * groups,
  readyMs: 4_200,
  rest: {
    seconds: 30,
    rssBytesMedian: 200 * 2 ** 20,
    rssBytesMax: 220 * 2 ** 20,
    peakBytes: 230 * 2 ** 20,
    cpuShare: 0.314,
    turnAgeMsMedian: 900,
    turnAgeMsMax: 1_100,
    heldUpMsMax: 40,
    scrapeMsMedian: 300,
    scrapeBytes: 5_000_000,
    series: 60_000,
    toSentinels: 6,
    toNodes: 4 * groups,
  },
  kills: [
    { group: "g0000", beyondDownAfterMs: 400, fencedMs: 20 },
    { group: "g0001", beyondDownAfterMs: 600, fencedMs: 40 },
  ],
  page: { kind: "measured", figures },
  peakBytes: 250 * 2 ** 20,
  ...more,
});
const bench = (...sizes: readonly SizeResult[]): GroupsBench => ({
  conditions: {
    at: "2026-01-02T03:04:05.000Z",
    cpu: "Testor 3000",
    cores: 2,
    memoryBytes: 8e9,
    kernel: "6.1",
    node: "20.20.2",
    redis: "7.0.15",
    haproxy: "2.6.12",
    loadAverage: 0.1,
    warnings: [],
  },
  sizes,
});

test("a column a size, and a reason where the page was not measured", () => {
  const page = { kind: "not-measured", reason: "no such thing" } as const;
  const text = drawGroups(bench(size(1, { page }), size(1_000)));
  expect(text).toContain("| groups ");
  expect(text).toMatch(/\| connections to nodes +\| +4 \| +4000 \|/);
  expect(text).toMatch(
    /\| first write after down-after, ms \(most\) \| +500 \(600\) \| +500 \(600\) \|/,
  );
  expect(text).toMatch(/\| event to frame, ms \(most\) +\| +- \| +30 \(60\) \|/);
  expect(text).toContain("Page with 1 groups not measured: no such thing");
});

test("what is promised of a thousand groups is judged, and of no other number", () => {
  expect(brokenPromises(bench(size(1_000)))).toEqual([]);
  const large = { peakBytes: 301 * 2 ** 20 };
  expect(brokenPromises(bench(size(100, large)))).toEqual([]);
  const slow = { kind: "measured", figures: { ...figures, firstPaintMsMedian: 1_200 } } as const;
  expect(brokenPromises(bench(size(1_000, { ...large, page: slow })))).toEqual([
    "resident memory comes to 301 MB, promised are 300 MB",
    "the first paint takes 1200 ms, promised are 1000 ms",
  ]);
});

test("a scrape is read for the oldest turn and the longest delay", () => {
  const text = [
    "# HELP baton_decision_age_seconds x",
    'baton_decision_age_seconds{group="a"} 0.25',
    'baton_decision_age_seconds{group="b"} 0.75',
    'baton_event_loop_delay_seconds{share="0.99"} 0.5',
    'baton_event_loop_delay_seconds{share="1"} 0.02',
    "",
  ].join("\n");
  expect(readScrape(text)).toEqual({
    bytes: Buffer.byteLength(text),
    series: 4,
    oldestTurnMs: 750,
    heldUpMs: 20,
  });
});

test("connections are read from the kernel's list, the established ones only", () => {
  const text = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100697F:8000 0200697F:670A 01 00000000:00000000 02:00000001 00000000     0        0 777 2",
    "   1: 0100697F:8001 0200697F:670A 02 00000000:00000000 02:00000001 00000000     0        0 778 2",
    "",
  ].join("\n");
  expect(parseTcp(text)).toEqual([{ port: 26_378, inode: "777" }]);
});

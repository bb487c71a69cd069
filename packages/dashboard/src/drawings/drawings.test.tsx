// Promises of the drawings: readable, complete in words, bounded in size.
import * as fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { WIDTH } from "./frame.tsx";
import {
  type Call,
  type LatencyBand,
  LatencyBands,
  LatencyChart,
  type LatencyChartProps,
  OutageTimeline,
  type OutageTimelineProps,
} from "./index.ts";
import { overlaps, textBoxes } from "./text-boxes.fixture.ts";

const lane = (id: string, outageMs: number | null) => ({
  id,
  outageMs,
  unknown: 1,
  acknowledgedAtMs: [
    -900,
    -600,
    -300,
    -1,
    ...(outageMs === null ? [] : [outageMs, outageMs + 300, 6000]),
  ],
  lostAtMs: [-2, -1],
});

const timeline: OutageTimelineProps = {
  id: "outage",
  range: { fromMs: -1000, toMs: 6500 },
  cureAtMs: 4200,
  objectiveMs: 3000,
  marks: [
    [0, "fault"],
    [1510, "+sdown"],
    [1521, "+sdown"],
    [1579, "+odown"],
    [1601, "try-failover"],
    [1658, "elected"],
    [1700, "selected"],
    [1948, "promoted"],
    [2010, "route"],
    [2751, "confirmed"],
    [4200, "cure"],
    [4371, "demoted"],
    [6490, "whole again, at last, at the end"],
  ].map(([atMs, event]) => ({ atMs: Number(atMs), event: String(event), who: "sentinel h2" })),
  groups: [
    {
      label: "through the router",
      figure: "worst 2.15 s",
      lanes: [lane("router-1", 2152), lane("router-2", 12)],
    },
    {
      label: "ioredis with Sentinel",
      figure: "one never wrote again",
      lanes: [lane("ioredis-1", null), lane("i2", 6480)],
    },
  ],
};

const draw = (props: Partial<OutageTimelineProps>): string =>
  renderToString(<OutageTimeline {...timeline} {...props} />);

function expectReadable(svg: string): void {
  const boxes = textBoxes(svg);
  expect(boxes.length).toBeGreaterThan(0);
  expect(boxes.length).toBe(svg.split("<text").length - 1);
  expect(overlaps(boxes)).toEqual([]);
  expect(boxes.filter(({ left, right }) => left < 0 || right > WIDTH)).toEqual([]);
}

test("no text of the timeline covers another or leaves the drawing", () => {
  expectReadable(draw({}));
});

test("no text of the timeline covers another, whatever happened when", () => {
  const events = fc.constantFrom(
    "+sdown",
    "+odown",
    "elected",
    "promoted",
    "route",
    "cure",
    "an event with a long name",
  );
  const marks = fc.array(
    fc.record({ atMs: fc.integer({ min: -900, max: 6500 }), event: events, who: fc.constant("h1") }),
    {
      maxLength: 40,
    },
  );
  const outageMs = fc.option(fc.integer({ min: 0, max: 6500 }), { nil: null });
  const lanes = fc
    .array(outageMs, { maxLength: 6 })
    .map((all) => all.map((ms, index) => lane(`client ${index}`, ms)));
  fc.assert(
    fc.property(marks, lanes, fc.integer({ min: 1, max: 9000 }), (marks, lanes, objectiveMs) => {
      expectReadable(
        draw({ marks, objectiveMs, groups: [{ label: "through the router", figure: "worst", lanes }] }),
      );
    }),
    { numRuns: 60 },
  );
});

test("labels an outage with its length, and says when there was no end to it", () => {
  const svg = draw({});
  expect(svg).toContain(">2152 ms<");
  expect(svg).toContain(">never wrote again<");
  expect(svg).toMatch(/class="strong on-outage"[^>]*>2152 ms</u);
  expect(svg).toMatch(/class="strong halo"[^>]*>12 ms</u);
  expect(svg).toContain(">objective<");
  expect(svg).toContain(">+sdown ×2<");
});

test("draws forty clients and counts the others", () => {
  const lanes = Array.from({ length: 55 }, (_, index) => lane(`client ${index}`, 2000));
  const svg = draw({ groups: [{ label: "through the router", figure: "worst 2.00 s", lanes }] });
  expect(svg).toContain("client 39");
  expect(svg).not.toContain("client 40<");
  expect(svg).toContain("and 15 more clients, in the table");
});

test("tells people who cannot see it what it shows", () => {
  const svg = draw({ cureAtMs: null });
  expect(svg).toContain('role="img" aria-labelledby="outage-title outage-description"');
  expect(svg).toContain('<title id="outage-title">Timeline of the outage</title>');
  expect(svg).toMatch(
    /<desc [^>]*>The fault is at 0 s. It was not cured.*router-1 wrote again after 2152 ms, 2 ack/u,
  );
});

function call(sentAtMs: number, latencyMs: number, outcome: Call["outcome"] = "acknowledged"): Call {
  return { sentAtMs, latencyMs, outcome };
}
const latency: LatencyChartProps = {
  id: "latency",
  range: { fromMs: -1000, toMs: 6500 },
  cureAtMs: 4200,
  objectiveMs: 3000,
  series: [
    {
      label: "through the router",
      calls: [call(-500, 0.4), call(0, 2150), call(2200, 0.5), call(-1, 1.2, "lost")],
    },
    {
      label: "ioredis with Sentinel",
      calls: [call(-500, 0.3), call(10, 8, "failed"), call(1, 900, "unknown")],
    },
  ],
};
const drawLatency = (props: Partial<LatencyChartProps>): string =>
  renderToString(<LatencyChart {...latency} {...props} />);

test("no text of the latency chart covers another, with a lot of calls and with none", () => {
  expectReadable(drawLatency({}));
  expectReadable(drawLatency({ series: [] }));
  expectReadable(drawLatency({ series: [{ label: "through the router", calls: [] }] }));
});

test("draws a held call with its wait, and counts every outcome", () => {
  const svg = drawLatency({});
  expect(svg).toMatch(/class="held" d="M264 \d+(\.\d)?H487\.6m0-3v6"/u);
  expect(svg).toContain("1 lost afterwards");
  expect(svg).toContain(
    "through the router: 4 calls, 0 failed, 0 unknown, 1 lost. The slowest took 2150 ms, at 0.00 s.",
  );
});

test("stays under 300 kB with a hundred thousand calls, each slow or failed in its own way", () => {
  const outcomes = ["acknowledged", "failed", "unknown", "lost"] as const;
  const calls = Array.from({ length: 100_000 }, (_, index) =>
    call(
      ((index * 7919) % 7500) - 1000,
      10 ** (((index * 104_729) % 7000) / 1000 - 2),
      outcomes[index % 4],
    ),
  );
  const svg = drawLatency({
    series: [
      { label: "a", calls },
      { label: "b", calls },
    ],
  });
  expect(svg.length).toBeLessThan(300_000);
});

const bandOf = (medianMs: number): LatencyBand => ({
  medianMs,
  p99Ms: medianMs * 3,
  longestMs: medianMs * 400,
});

test("no text of the bands covers another or leaves the drawing, however many clients there are", () => {
  for (const count of [0, 1, 8, 41, 400]) {
    const lanes = Array.from({ length: count }, (_, index) => ({
      id: `a client with a long name ${index}`,
      before: index % 3 === 0 ? null : bandOf(0.3),
      after: index % 5 === 0 ? null : bandOf(0.4 + index),
    }));
    const svg = renderToString(<LatencyBands id="bands" groups={[{ label: "x", lanes }]} />);
    expectReadable(svg);
    expect(svg.length).toBeLessThan(40_000);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/u);
  }
});

test("the bands are told in words: median, the slowest hundredth and the longest, before and after", () => {
  const lanes = [{ id: "router-1", before: bandOf(0.5), after: null }];
  const svg = renderToString(<LatencyBands id="bands" groups={[{ label: "x", lanes }]} />);
  expect(svg).toContain(
    "router-1: before the fault median 0.50 ms, 99 % within 1.50 ms, longest 200 ms; " +
      "after it no answered call.",
  );
});

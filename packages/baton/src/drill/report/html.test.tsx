// Promises of the report's page: the verdict first, self-contained, safe with hostile text, bounded.
import { LatencyBands, LatencyChart, OutageTimeline } from "redis-baton-dashboard/drawings";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { DrillEvidence } from "../types.ts";
import { drawn } from "./drawn.ts";
import { evidenceFixture, usualFixture } from "./evidence.fixture.ts";
import { expectGolden } from "./golden.fixture.ts";
import { renderHtml } from "./html.tsx";
import { reporters } from "./index.ts";

const stories = ["held", "broken", "unknown"] as const;
const evidence = evidenceFixture();
const textOf = (html: string): string =>
  html
    .replace(/<(style|title|desc)\b.*?<\/\1>/gsu, " ")
    .replace(/<[^>]*>/gu, " ")
    .replace(/\s+/gu, " ");

test.each(stories)("draws a drill that is %s as in the golden files", (story) => {
  const { timeline, latency, bands } = drawn(evidenceFixture({ ...usualFixture, story }));
  expectGolden(`${story}-timeline.svg`, renderToString(<OutageTimeline {...timeline} />));
  expectGolden(`${story}-latency.svg`, renderToString(<LatencyChart {...latency} />));
  expectGolden(`${story}-bands.svg`, renderToString(<LatencyBands {...bands} />));
});

test.each([
  ["held", "✓ HELD Every promise was kept in this run. RTO Every client on the router wrote again"],
  [
    "broken",
    "✕ BROKEN At least one promise was broken in this run. RTO Every client on the router wrote",
  ],
  [
    "unknown",
    "? UNKNOWN This run could not tell whether the promises were kept. RTO A client on the router",
  ],
] as const)("a drill that is %s says so first, with both figures", (story, sentence) => {
  const text = textOf(renderHtml(evidenceFixture({ ...usualFixture, story })));
  expect(text.slice(0, 400)).toContain(sentence);
  expect(text.slice(0, 600)).toMatch(/RPO \d+ of \d+ acknowledged writes were lost/u);
});

test("says which promises were kept, how the cluster was set up, and what became of writes", () => {
  const { result } = evidenceFixture({ ...usualFixture, story: "broken" });
  const text = textOf(renderHtml(evidenceFixture({ ...usualFixture, story: "broken" })));
  for (const { verdict, sentence } of result.promises) expect(text).toContain(`${verdict} ${sentence}`);
  expect(text).toContain("down-after 2840 ms what is left of the rto after an election");
  expect(text).toContain("parallel-syncs 1 Set by hand.");
  expect(text).toContain("app a 127.41.0.20 router");
  expect(text).toContain("Durability of the router async");
  expect(text).toMatch(/ all \d+ \d+ \d+ \d+ 42 0 /u);
  expect(text).toMatch(/ECONNREFUSED \d+ 0 4 /u);
});

test("says what a drill does not prove", () => {
  const text = textOf(renderHtml(evidence));
  expect(text).toContain("spoke over loopback");
  expect(text).toContain("Redis replicates asynchronously");
});

test("needs nothing but itself, and forbids the rest", () => {
  const html = renderHtml(evidence).replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
  expect(html).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; `,
  );
  expect(html).not.toMatch(
    /https?:|\/\/\w|<script|<link|<img|<iframe|<object|@import|\bsrc=|\bhref=|\bon\w+=/iu,
  );
  expect(
    [...html.matchAll(/url\(([^)]*)\)/gu)].map(([, target]) => target?.startsWith("#")),
  ).not.toContain(false);
});

/** Every text that can come from outside, as an attacker would choose it. */
function hostile({ result, ledger, lost }: DrillEvidence): DrillEvidence {
  const bad = `</style></title><script>alert(1)</script><img src=x onerror=alert(2)>"'&\u0000\u202E`;
  const clients = result.clients.map((client, index) => ({
    ...client,
    id: `${bad}${index}`,
    errors: { [bad]: 3 },
  }));
  const timeline = result.timeline.map((entry) => ({ ...entry, event: bad, who: bad, detail: bad }));
  const told = {
    timings: [{ name: bad, value: 1, reason: bad, origin: "set" as const }],
    hosts: [{ name: bad, zone: bad, address: bad, runs: [bad] }],
  };
  const cluster = { ...result.cluster, ...told, name: bad, group: bad, versions: { [bad]: bad } };
  const rpo = { ...result.rpo, objective: bad };
  const promises = [{ promise: bad, verdict: "broken" as const, sentence: bad }];
  const texts = { fault: bad, reasons: [bad], promises, startedAt: bad };
  const renamed = ledger.map((entry) => ({ ...entry, client: clients[0]?.id ?? bad }));
  return { result: { ...result, ...texts, clients, timeline, cluster, rpo }, ledger: renamed, lost };
}

test("text from outside stays text", () => {
  const html = renderHtml(hostile(evidence));
  expect(html).toContain("&lt;script");
  expect(html).not.toMatch(/<script|<img|\p{Cf}/u);
  expect(html).not.toContain("\u0000");
  expect(html.split("</style>").length).toBe(renderHtml(evidence).split("</style>").length);
  expect(html.split("</title>").length).toBe(renderHtml(evidence).split("</title>").length);
});

test("stays under 1 MB with sixty thousand writes, a thousand clients and ten thousand events", () => {
  const many = evidenceFixture({ ...usualFixture, clientsPerKind: 10, pauseMs: 1.1 });
  expect(many.ledger.length).toBeGreaterThan(60_000);
  expect(renderHtml(many).length).toBeLessThan(300_000);
  const [client] = many.result.clients;
  const long = "x".repeat(10_000);
  const errors = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${long}${index}`, 1]));
  const clients = Array.from({ length: 1000 }, (_, index) => ({
    ...(client ?? never()),
    id: `${index}${long}`,
    errors,
  }));
  const timeline = Array.from({ length: 10_000 }, (_, atMs) => ({
    atMs,
    event: long,
    who: long,
    detail: long,
  }));
  const page = renderHtml({
    ...many,
    result: { ...many.result, clients, timeline, promises: timeline.map(() => promiseOf(long)) },
  });
  expect(page.length).toBeLessThan(1_000_000);
});

const promiseOf = (text: string) => ({ promise: text, verdict: "unknown" as const, sentence: text });

function never(): never {
  throw new Error("the fixture has clients");
}

test("draws a drill that recorded nothing at all", () => {
  const { result } = evidence;
  const html = renderHtml({
    result: { ...result, clients: [], timeline: [] },
    ledger: [],
    lost: new Map(),
  });
  expect(html).not.toMatch(/NaN|Infinity|undefined/u);
});

test("every reporter has an id, a summary and a text, by alphabet", () => {
  const ids = reporters.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  for (const reporter of reporters) {
    expect(reporter.summary).toMatch(/^[A-Z].*\.$/u);
    expect(reporter.render(evidence, { columns: 80, colour: false }).length).toBeGreaterThan(500);
  }
});

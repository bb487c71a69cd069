// The report of a drill in a real Chromium: it opens without network, reads well for everybody, says what
// result.json says, and prints to two pages.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import axe, { type AxeResults } from "axe-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser, printPage } from "../../packages/baton/src/drill/print-page.ts";
import {
  evidenceFixture,
  usualFixture,
} from "../../packages/baton/src/drill/report/evidence.fixture.ts";
import { drillResultSchema } from "../../packages/baton/src/drill/report/index.ts";
import type { DrillEvidence } from "../../packages/baton/src/drill/types.ts";
import { crowded, hostile } from "./crowded.ts";
import { openReaders, type Readers } from "./open.ts";

const stories = ["held", "broken", "unknown"] as const;
const looks = ["light", "dark"] as const;
const told = (story: (typeof stories)[number]): DrillEvidence =>
  evidenceFixture({ ...usualFixture, story });

let readers: Readers;
beforeAll(async () => {
  readers = await openReaders();
});
afterAll(async () => {
  await readers.close();
});

async function violations(evidence: DrillEvidence, look: (typeof looks)[number], widthPx: number) {
  const { page: file } = await readers.keep(evidence);
  const reader = await readers.open(file, look, widthPx);
  await reader.page.evaluate(axe.source);
  const found = await reader.page.evaluate<AxeResults>("axe.run(document)");
  await reader.close();
  expect(found.passes.length).toBeGreaterThan(10);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe.each(stories)("a drill that is %s", (story) => {
  test("opens without network: it asks for nothing but itself and complains about nothing", async () => {
    const { page: file } = await readers.keep(told(story));
    const { page, requests, complaints, close } = await readers.open(file);
    expect(await page.locator(".word").innerText()).toContain(story.toUpperCase());
    expect(await page.locator("svg").count()).toBe(3);
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    await close();
  });

  test.each(looks)("has nothing for axe to find when it is %s", async (look) => {
    expect(await violations(told(story), look, 1280)).toEqual([]);
  });

  test("is not wider than a telephone: what is wide scrolls alone", async () => {
    const { page: file } = await readers.keep(told(story));
    const { page, close } = await readers.open(file, "light", 390);
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
    await close();
  });
});

test.each(looks)("has nothing for axe to find on a telephone when it is %s", async (look) => {
  expect(await violations(told("broken"), look, 390)).toEqual([]);
});

test("has nothing for axe to find with many clients and long texts", async () => {
  expect(await violations(crowded(6, 4), "light", 1280)).toEqual([]);
});

test("says of every client, promise and event what result.json says", async () => {
  const { directory, page: file } = await readers.keep(told("broken"));
  const text = await readFile(join(directory, "result.json"), "utf8");
  const result = drillResultSchema.parse(JSON.parse(text));
  const { page, close } = await readers.open(file);
  const tables = await page.evaluate(() =>
    Array.from(document.querySelectorAll("table"), (table) =>
      Array.from(table.querySelectorAll("tr:not(.paper)"), (row) =>
        Array.from(row.querySelectorAll("th,td"), (cell) => cell.textContent?.trim() ?? ""),
      ),
    ),
  );
  const [promises = [], clients = [], ledger = [], , events = []] = tables;
  const judged = result.promises.map(({ verdict, sentence }) => [verdict, sentence]);
  expect(promises.slice(1).map(([, verdict, why]) => [verdict?.replace(/^\S /u, ""), why])).toEqual(
    judged,
  );
  const figures = clients.filter(({ length }) => length === 10).slice(1);
  expect(figures).toHaveLength(result.clients.length);
  for (const client of result.clients) {
    const row = figures.find(([id]) => id === client.id) ?? [];
    const { closed, sent, acknowledged, lost, unknown, outageMs } = client;
    expect(row.slice(4, 9)).toEqual([closed, sent, acknowledged, lost, unknown].map(String));
    expect(row[1]).toBe(`${Math.round(outageMs ?? Number.NaN)} ms`);
  }
  const all = ledger.at(-1) ?? [];
  const { rpo } = result;
  expect([all[2], all[4], all[5], all[6]]).toEqual(
    [rpo.acknowledged, rpo.unknown, rpo.lost, rpo.duplicated].map(String),
  );
  expect(events).toHaveLength(result.timeline.length + 1);
  await close();
});

test("text from outside runs nothing and asks for nothing", async () => {
  const { page: file } = await readers.keep(hostile());
  const { page, requests, complaints, close } = await readers.open(file);
  expect(await page.locator("script, img").count()).toBe(0);
  expect(await page.locator("h1").innerText()).toContain("<script>alert(1)</script>");
  expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
  await close();
});

test.each([
  ["as usual", told("broken")],
  ["hostile", hostile()],
])("junit.xml is well-formed for a parser of XML, %s", async (_, evidence) => {
  const { directory, page: file } = await readers.keep(evidence);
  const xml = await readFile(join(directory, "junit.xml"), "utf8");
  const { page, close } = await readers.open(file);
  const parsed = await page.evaluate((text) => {
    const parsedAs = new DOMParser().parseFromString(text, "application/xml");
    return {
      error: parsedAs.querySelector("parsererror")?.textContent ?? null,
      suites: parsedAs.querySelectorAll("testsuite").length,
      cases: parsedAs.querySelectorAll("testcase").length,
      failures: parsedAs.querySelectorAll("failure").length,
    };
  }, xml);
  const { promises } = evidence.result;
  const broken = promises.filter(({ verdict }) => verdict === "broken").length;
  expect(parsed).toEqual({ error: null, suites: 1, cases: promises.length, failures: broken });
  await close();
});

/** Pages are objects of the file, plain or in a compressed stream of objects. */
function pagesOf(pdf: Buffer): number {
  const text = pdf.toString("latin1");
  const streams = [...text.matchAll(/\/Type\s*\/ObjStm[^>]*>>\s*stream\r?\n/gu)].map(
    ({ index, 0: head }) =>
      inflateSync(pdf.subarray(index + head.length), { finishFlush: 2 }).toString("latin1"),
  );
  return [text, ...streams].join("\n").match(/\/Type\s*\/Page\b/gu)?.length ?? 0;
}

test.each([
  ["held", told("held")],
  ["broken", told("broken")],
  [
    "with 100 clients of each kind",
    evidenceFixture({ ...usualFixture, clientsPerKind: 100, pauseMs: 90 }),
  ],
  ["with 24 kinds of clients and long texts everywhere", crowded(24, 1)],
  ["with 3 kinds of 30 clients and long texts everywhere", crowded(3, 30)],
  ["hostile", hostile()],
])("prints to two pages at most: %s", async (_, evidence) => {
  const { directory, page } = await readers.keep(evidence);
  const file = join(directory, "report.pdf");
  const { signal } = new AbortController();
  const browser = findBrowser(process.env);
  await printPage({ browser, page, file, environment: process.env, signal });
  const pdf = await readFile(file);
  expect(pdf.length).toBeGreaterThan(10_000);
  expect(pagesOf(pdf)).toBeGreaterThanOrEqual(1);
  expect(pagesOf(pdf)).toBeLessThanOrEqual(2);
});

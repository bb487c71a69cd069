// What the site is made of: its menu and its picture. test/browser/site.test.ts builds and opens it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import type { Pictured } from "../../bench/picture/pictured.ts";
import { bar, placed, sidebar } from "../../docs/.vitepress/menu.ts";
import { pageOf, sources } from "../../docs/.vitepress/pages.ts";
import { OutageTimeline } from "../../packages/dashboard/src/drawings/index.ts";
import { root } from "./run.ts";

const PICTURE = "docs/pictures/outage.svg";

test("no page is in no menu", () => {
  expect(sources.length).toBeGreaterThan(200);
  const shown = new Set(placed().flatMap(({ pages }) => pages));
  const forgotten = sources.filter((page) => !shown.has(page));
  expect(forgotten, "give it a section in docs/.vitepress/menu.ts").toEqual([]);
  expect([...shown].filter((page) => !existsSync(join(root, page)))).toEqual([]);
});

test("a page that is added to a folder of a section is in its menu without another word", () => {
  const added = [
    "docs/new.md",
    "docs/targets/new.md",
    "docs/runbooks/BatonNew.md",
    "docs/elsewhere/new.md",
  ];
  const shown = placed([...sources, ...added]).flatMap(({ pages }) => pages);
  expect(added.filter((page) => !shown.includes(page))).toEqual(["docs/elsewhere/new.md"]);
});

test("every page has one place in the site, and no two the same", () => {
  const places = sources.map(pageOf);
  expect(new Set(places).size).toBe(places.length);
});

test("the menu has a title for every page, and the bar leads to the first of each section", () => {
  const items = Object.values(sidebar()).flatMap((groups) => groups.flatMap((group) => group.items));
  expect(items.filter(({ text, link }) => text === "" || !link.startsWith("/"))).toEqual([]);
  expect(bar().map(({ text, link }) => `${text} ${link}`)).toContain("Runbooks /runbooks/");
});

test("the picture of the first page is drawn from a real drill", () => {
  const text = readFileSync(join(root, "docs/measured/outage.json"), "utf8");
  const { fault, verdict, timeline } = JSON.parse(text) as Pictured;
  expect([fault, verdict]).toEqual(["kill-primary", "held"]);
  const svg = `${renderToString(h(OutageTimeline, timeline))}\n`;
  if (process.env["UPDATE"] === "1") writeFileSync(join(root, PICTURE), svg);
  expect(readFileSync(join(root, PICTURE), "utf8"), `${PICTURE} drifted: npm run generate`).toBe(svg);
});

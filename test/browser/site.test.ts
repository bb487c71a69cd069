// The documentation site, built once: no link is dead, no other host is asked for anything, the search finds,
// and axe finds nothing.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe, { type AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBrowser } from "../../packages/baton/src/drill/print-page.ts";
import { buildSite, fileFor, openSite, type Site } from "./site.ts";

const { signal } = new AbortController();
const BUILD_MS = 300_000;
let site: Site;
let browser: Browser;
beforeAll(async () => {
  site = await openSite(signal);
  browser = await chromium.launch({
    executablePath: findBrowser(process.env),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
  });
}, BUILD_MS);
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

interface Opened {
  readonly page: Page;
  readonly outside: readonly string[];
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

async function open(path: string, look: "light" | "dark" = "light", widthPx = 1280): Promise<Opened> {
  const context = await browser.newContext({
    colorScheme: look,
    reducedMotion: "reduce",
    viewport: { width: widthPx, height: 900 },
  });
  const page = await context.newPage();
  const outside: string[] = [];
  const complaints: string[] = [];
  await page.route("**/*", async (route) => {
    const asked = route.request().url();
    if (asked.startsWith(`${site.origin}/`) || asked.startsWith("data:")) return await route.continue();
    outside.push(asked);
    await route.abort();
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${site.origin}${path}`, { waitUntil: "networkidle" });
  // Until then nothing that is clicked or typed has an effect.
  await page.waitForFunction(() => "__vue_app__" in (document.querySelector("#app") ?? {}));
  return { page, outside, complaints, close: () => context.close() };
}

const hrefsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&"),
  );
const idsOf = (html: string): ReadonlySet<string> =>
  new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));

test("every link of every page leads to a page, a file, or a section that is there", () => {
  expect(site.pages.length).toBeGreaterThan(200);
  const texts = new Map(site.pages.map((path) => [path, site.read(path)]));
  const ids = new Map([...texts].map(([path, html]) => [path, idsOf(html)]));
  const dead: string[] = [];
  let looked = 0;
  for (const [path, html] of texts) {
    for (const href of hrefsOf(html)) {
      const url = new URL(href, `http://site${path}`);
      if (url.host !== "site") continue;
      looked += 1;
      const file = fileFor(site.folder, url.pathname);
      const target = url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname;
      const section = decodeURIComponent(url.hash.slice(1));
      const isThere = section === "" || ids.get(target)?.has(section) === true;
      if (file === undefined || !isThere) dead.push(`${path}: ${href}`);
    }
  }
  expect(looked).toBeGreaterThan(2_000);
  expect([...new Set(dead)]).toEqual([]);
});

test("what a page links to in the repository is in the site as text", () => {
  expect(site.read("/files/examples/smallest.yml.txt")).toContain("name: smallest");
  expect(site.read("/files/scenarios.txt")).toContain("scenarios/first-failover.yml");
});

test(
  "a dead link fails the build",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "baton-dead-link-"));
    try {
      mkdirSync(join(folder, ".vitepress"));
      writeFileSync(join(folder, ".vitepress/config.mjs"), "export default {};\n");
      writeFileSync(join(folder, "index.md"), "# One\n\n[two](two.md)\n");
      // The configuration finds the package from there, too.
      symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
      const { status, output } = await buildSite(folder, join(folder, "out"), signal);
      expect(output).toContain("two");
      expect(status).not.toBe(0);
      expect(existsSync(join(folder, "out/index.html"))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  BUILD_MS,
);

test("the search finds a page by a word of it, with no network but the site's own server", async () => {
  const { page, outside, complaints, close } = await open("/");
  await page.keyboard.press("/");
  await page.locator(".VPLocalSearchBox input").fill("fence");
  const found = page.locator(".VPLocalSearchBox .result");
  await found.first().waitFor();
  const titles = await found.allInnerTexts();
  expect(titles.join("\n")).toMatch(/fence/i);
  await page.keyboard.press("Enter");
  await page.waitForURL(/fence|switchover/);
  expect(await page.locator("main h1").innerText()).not.toBe("404");
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
  await close();
});

test("the first page shows a real outage, in the reader's own light or dark", async () => {
  const { page, outside, complaints, close } = await open("/");
  const drawing = page.locator("svg.bd");
  expect(await drawing.getAttribute("aria-labelledby")).toContain("outage-title");
  const paper = () =>
    drawing.evaluate((svg) => getComputedStyle(svg).getPropertyValue("--bd-paper").trim());
  const light = await paper();
  await page.locator(".VPSwitchAppearance").first().click();
  expect(await paper()).not.toBe(light);
  expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
  await close();
});

const LOOKED_AT = [
  "/",
  "/concepts/failover.html",
  "/runbooks/BatonNoPrimary.html",
  "/reference/commands.html",
  "/operate.html",
];

describe.each(["light", "dark"] as const)("in %s", (look) => {
  test.each(LOOKED_AT)("axe finds nothing in %s", async (path) => {
    const { page, outside, complaints, close } = await open(path, look);
    await page.evaluate(axe.source);
    const found = await page.evaluate<AxeResults>("axe.run(document)");
    expect(found.passes.length).toBeGreaterThan(10);
    expect(
      found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
    ).toEqual([]);
    expect({ outside, complaints }).toEqual({ outside: [], complaints: [] });
    await close();
  });
});

test.each(LOOKED_AT)("%s is not wider than a telephone", async (path) => {
  const { page, close } = await open(path, "light", 390);
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
  await close();
});

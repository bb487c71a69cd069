// The live page opened as a reader opens it, in a real Chromium: every request of it and every complaint
// in view.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe, { type AxeResults } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { findBrowser } from "../../packages/baton/src/drill/print-page.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";

export type Look = "light" | "dark";
export const looks: readonly Look[] = ["light", "dark"];
/** A telephone and a usual window. */
export const widths = [390, 1280] as const;

interface OpenPage {
  readonly page: Page;
  /** What it asked of anybody but its agent. */
  readonly elsewhere: readonly string[];
  /** Errors, warnings and exceptions; a connection that is gone, which the browser always tells, is none. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface Pages {
  open(url: string, look?: Look, widthPx?: number): Promise<OpenPage>;
  close(): Promise<void>;
}

const GONE = /net::ERR_(CONNECTION|INCOMPLETE_CHUNKED|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;
/** What an agent refuses with a code is told on the page; the browser tells it, too. */
const REFUSED = /the server responded with a status of (401|403|409|503)/;

async function openIn(browser: Browser, url: string, look: Look, widthPx: number): Promise<OpenPage> {
  const context = await browser.newContext({
    colorScheme: look,
    viewport: { width: widthPx, height: widthPx < 600 ? 844 : 900 },
  });
  const page = await context.newPage();
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) elsewhere.push(request.url());
  });
  page.on("console", (message) => {
    const isGone = GONE.test(message.text()) || REFUSED.test(message.text());
    if (!isGone) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url, { waitUntil: "domcontentloaded" });
  return { page, elsewhere, complaints, close: () => context.close() };
}

export async function openPages(): Promise<Pages> {
  const browser = await chromium.launch({
    executablePath: findBrowser(process.env),
    // Its sandbox does not start as root; nothing but our own page is opened.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  return {
    open: (url, look = "light", widthPx = 1280) => openIn(browser, url, look, widthPx),
    close: () => browser.close(),
  };
}

/** What axe finds, in words; with what it found to be right, so that "nothing" means that it looked. */
export async function violations(page: Page): Promise<readonly string[]> {
  // A colour in the middle of a movement is nobody's colour.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>("axe.run(document)");
  expect(found.passes.length).toBeGreaterThan(10);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** No wider than the window: what is wide scrolls alone. */
export async function isWithin(page: Page): Promise<boolean> {
  return await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

/** Waits until a text is in the page. */
export async function untilShown(page: Page, text: string | RegExp, withinMs = 5_000): Promise<void> {
  const look = async () => {
    const shown = await page.locator("body").innerText();
    const isThere = typeof text === "string" ? shown.includes(text) : text.test(shown);
    return isThere ? seen(true) : missing(`"${String(text)}" in: ${shown.slice(0, 600)}`);
  };
  await waitFor(`the page to show ${String(text)}`, look, { withinMs, everyMs: 20 });
}

/** For a person to look at, in the folder that BATON_SCREENSHOTS names; nothing without. */
export async function keepPicture(page: Page, name: string, fullPage = true): Promise<void> {
  const folder = process.env["BATON_SCREENSHOTS"];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}

// A report opened as a reader opens it, in a real Chromium: from a file, without network, and with every
// request of it in view.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../packages/baton/src/drill/print-page.ts";
import { writeRunFolder } from "../../packages/baton/src/drill/run-folder.ts";
import type { DrillEvidence } from "../../packages/baton/src/drill/types.ts";

export type Look = "light" | "dark";

export interface Reader {
  readonly page: Page;
  /** What it asked for besides itself. */
  readonly requests: readonly string[];
  /** Errors, warnings and exceptions. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface Readers {
  /** The folder of the run, as a drill leaves it. */
  keep(evidence: DrillEvidence): Promise<{ readonly directory: string; readonly page: string }>;
  open(file: string, look?: Look, widthPx?: number): Promise<Reader>;
  close(): Promise<void>;
}

async function openIn(browser: Browser, file: string, look: Look, widthPx: number): Promise<Reader> {
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({
    offline: true,
    colorScheme: look,
    viewport: { width: widthPx, height: 900 },
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  await page.route("**/*", async (route) => {
    const asked = route.request().url();
    if (asked === url) return await route.continue();
    requests.push(asked);
    await route.abort();
  });
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url, { waitUntil: "load" });
  return { page, requests, complaints, close: () => context.close() };
}

export async function openReaders(): Promise<Readers> {
  const folder = await mkdtemp(join(tmpdir(), "baton-browser-"));
  const browser = await chromium.launch({
    executablePath: findBrowser(process.env),
    // Its sandbox does not start as root; nothing but our own page is opened.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  let runs = 0;
  return {
    keep(evidence) {
      runs += 1;
      return writeRunFolder(join(folder, String(runs)), evidence);
    },
    open: (file, look = "light", widthPx = 1280) => openIn(browser, file, look, widthPx),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// The agent's page in a Chromium of this machine: when it first shows something, when the groups are there,
// and how long it takes from an event to the frame that shows it.
import { chromium, type Browser, type Page } from "playwright-core";
import { findBrowser } from "../../packages/baton/src/drill/print-page.ts";
import { median } from "../../packages/baton/src/drill/measures/outage.ts";
import { timeLimit } from "../../packages/baton/src/sys/time-limit.ts";
import { favour } from "./favour.ts";

/** Without it the connection to the browser is waited for without an end. */
const CONNECT_MS = 30_000;

/** As the page itself sees it, in milliseconds. */
interface Seen {
  readonly firstPaintMs: number;
  /** From the navigation to the frame that shows the first overview. */
  readonly overviewMs: number | null;
  /** From the arrival of each later event to the frame that shows it. */
  readonly updatesMs: readonly number[];
  readonly longTasksMs: readonly number[];
  readonly heapBytes: number;
  readonly elements: number;
}

export interface PageFigures {
  readonly loads: number;
  readonly firstPaintMsMedian: number;
  readonly firstPaintMsMax: number;
  readonly overviewMsMedian: number;
  readonly overviewMsMax: number;
  readonly updates: number;
  readonly updateMsMedian: number;
  readonly updateMsMax: number;
  /** Work of more than 50 ms in one go, after the first overview. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly heapBytes: number;
  readonly elements: number;
}

export type PageResult =
  | { readonly kind: "measured"; readonly figures: PageFigures }
  | { readonly kind: "not-measured"; readonly reason: string };

const LOAD_MS = 30_000;
const SIZE = { width: 1280, height: 900 };

/**
 * Runs in the page before anything of it. The listener of an event is there before the page's own, so its
 * time is that of the arrival; a message that is sent in the next frame is handled when that has been drawn.
 */
function watch(): void {
  const seen = {
    overviewMs: null as number | null,
    updatesMs: [] as number[],
    longTasksMs: [] as number[],
  };
  Object.assign(globalThis, { batonSeen: seen });
  const Own = globalThis.EventSource;
  const afterFrame = (act: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", act);
      port1.start();
      port2.postMessage(0);
    });
  };
  class Watched extends Own {
    constructor(url: string | URL, options?: EventSourceInit) {
      super(url, options);
      for (const kind of ["overview", "group", "incidents", "journal"]) {
        this.addEventListener(kind, () => {
          const cameMs = performance.now();
          afterFrame(() => {
            if (seen.overviewMs !== null) seen.updatesMs.push(performance.now() - cameMs);
            else if (kind === "overview") seen.overviewMs = performance.now();
          });
        });
      }
    }
  }
  globalThis.EventSource = Watched;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      if (seen.overviewMs !== null) seen.longTasksMs.push(duration);
  }).observe({ entryTypes: ["longtask"] });
}

async function look(page: Page): Promise<Seen> {
  return await page.evaluate(() => {
    const { batonSeen } = globalThis as unknown as { batonSeen: Omit<Seen, "firstPaintMs"> };
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    const { memory } = performance as unknown as { memory?: { usedJSHeapSize: number } };
    return {
      ...batonSeen,
      firstPaintMs: paint?.startTime ?? 0,
      heapBytes: memory?.usedJSHeapSize ?? 0,
      elements: document.querySelectorAll("*").length,
    };
  });
}

/** One visit with an empty cache; `stay` is what happens while the page is open. */
async function visit(browser: Browser, url: string, stay: () => Promise<void>): Promise<Seen> {
  const context = await browser.newContext({ viewport: SIZE });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(url, { waitUntil: "load", timeout: LOAD_MS });
    const isThere = () => (globalThis as { batonSeen?: Seen }).batonSeen?.overviewMs !== null;
    await page.waitForFunction(isThere, undefined, { timeout: LOAD_MS });
    await stay();
    return await look(page);
  } finally {
    await context.close();
  }
}

/** Undefined when the agent tells pages what they need. */
async function whyNot(url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/api/live`, { signal: timeLimit(LOAD_MS) });
  await response.body?.cancel();
  const isStream = response.headers.get("content-type")?.includes("text/event-stream") === true;
  return response.ok && isStream ? undefined : `/api/live of this agent answered ${response.status}`;
}

function figuresOf(seen: readonly Seen[]): PageFigures {
  const most = (values: readonly number[]) => Math.max(0, ...values);
  const first = seen.map(({ firstPaintMs }) => firstPaintMs);
  const overview = seen.map(({ overviewMs }) => overviewMs ?? 0);
  const updates = seen.flatMap(({ updatesMs }) => updatesMs);
  const long = seen.flatMap(({ longTasksMs }) => longTasksMs);
  return {
    loads: seen.length,
    firstPaintMsMedian: median(first) ?? 0,
    firstPaintMsMax: most(first),
    overviewMsMedian: median(overview) ?? 0,
    overviewMsMax: most(overview),
    updates: updates.length,
    updateMsMedian: median(updates) ?? 0,
    updateMsMax: most(updates),
    longTasks: long.length,
    longestTaskMs: most(long),
    heapBytes: most(seen.map(({ heapBytes }) => heapBytes)),
    elements: most(seen.map(({ elements }) => elements)),
  };
}

/** Loads the page `loads` times; during the last visit `happenings` take place. */
export async function measurePage(
  url: string,
  loads: number,
  happenings: () => Promise<void>,
): Promise<PageResult> {
  const reason = await whyNot(url);
  if (reason !== undefined) {
    await happenings();
    return { kind: "not-measured", reason };
  }
  const server = await chromium.launchServer({
    executablePath: findBrowser(process.env),
    // Its sandbox does not start as root; nothing but the agent's own page is opened.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const { pid } = server.process();
    if (pid !== undefined) await favour(pid);
    const browser = await chromium.connect(server.wsEndpoint(), { timeout: CONNECT_MS });
    const seen: Seen[] = [];
    for (let number = 1; number <= loads; number += 1)
      seen.push(await visit(browser, url, number === loads ? happenings : () => Promise.resolve()));
    return { kind: "measured", figures: figuresOf(seen) };
  } finally {
    await server.close();
  }
}

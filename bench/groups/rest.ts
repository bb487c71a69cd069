// An agent while nothing goes on: memory, processor time, the age of its turns, and its scrapes.
import type { Layout } from "../../packages/baton/src/cluster/types.ts";
import { median } from "../../packages/baton/src/drill/measures/outage.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { type Connections, connectionsOf, fetched, footprintOf, type RunningAgent } from "./agent.ts";

export interface Rest extends Connections {
  readonly seconds: number;
  readonly rssBytesMedian: number;
  readonly rssBytesMax: number;
  /** Since the process began. */
  readonly peakBytes: number;
  /** Of one processor. */
  readonly cpuShare: number;
  /** Of the group that was looked at longest ago, at each scrape. */
  readonly turnAgeMsMedian: number;
  readonly turnAgeMsMax: number;
  /** The longest that its event loop was held up between two scrapes. */
  readonly heldUpMsMax: number;
  readonly scrapeMsMedian: number;
  readonly scrapeBytes: number;
  readonly series: number;
}

export interface Scrape {
  readonly tookMs: number;
  readonly bytes: number;
  readonly series: number;
  readonly oldestTurnMs: number;
  readonly heldUpMs: number;
}

/** What the text of a scrape says; zero for what is not there. Pure. */
export function readScrape(text: string): Omit<Scrape, "tookMs"> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const largest = (beginning: string): number =>
    Math.max(
      0,
      ...lines
        .filter((line) => line.startsWith(beginning))
        .map((line) => Number(line.slice(line.lastIndexOf(" ") + 1))),
    );
  return {
    bytes: Buffer.byteLength(text),
    series: lines.length,
    oldestTurnMs: largest("baton_decision_age_seconds{") * 1_000,
    heldUpMs: largest('baton_event_loop_delay_seconds{share="1"}') * 1_000,
  };
}

async function scrape({ url }: RunningAgent): Promise<Scrape> {
  const beganMs = systemClock.monotonicMs();
  const text = await (await fetched(`${url}/metrics`)).text();
  return { tookMs: systemClock.monotonicMs() - beganMs, ...readScrape(text) };
}

/** As often as Prometheus asks with the configuration that `baton render` writes. */
const SCRAPE_EVERY = 5;

/** Looks for `seconds`, after as many in which nothing is measured. */
export async function measureRest(
  agent: RunningAgent,
  layout: Layout,
  seconds: number,
  signal: AbortSignal,
): Promise<Rest> {
  const pass = async (each: (second: number) => Promise<void>) => {
    for (let second = 1; second <= seconds; second += 1) {
      await systemClock.sleep(1_000, signal);
      await each(second);
    }
  };
  const scrapes: Scrape[] = [];
  const rss: number[] = [];
  await pass(async (second) => void (second % SCRAPE_EVERY === 0 && (await scrape(agent))));
  const before = footprintOf(agent);
  const beganMs = systemClock.monotonicMs();
  await pass(async (second) => {
    rss.push(footprintOf(agent).rssBytes);
    if (second % SCRAPE_EVERY === 0) scrapes.push(await scrape(agent));
  });
  const after = footprintOf(agent);
  const tookMs = systemClock.monotonicMs() - beganMs;
  const middle = (of: (one: Scrape) => number) => median(scrapes.map(of)) ?? 0;
  const most = (of: (one: Scrape) => number) => Math.max(0, ...scrapes.map(of));
  return {
    ...connectionsOf(agent, layout),
    seconds,
    rssBytesMedian: median(rss) ?? 0,
    rssBytesMax: Math.max(...rss),
    // The kernel keeps its highest mark by an approximate count: it may stay below what was seen here.
    peakBytes: Math.max(after.peakBytes, ...rss),
    cpuShare: (after.cpuMicros - before.cpuMicros) / 1_000 / tookMs,
    turnAgeMsMedian: middle(({ oldestTurnMs }) => oldestTurnMs),
    turnAgeMsMax: most(({ oldestTurnMs }) => oldestTurnMs),
    heldUpMsMax: most(({ heldUpMs }) => heldUpMs),
    scrapeMsMedian: middle(({ tookMs: ms }) => ms),
    scrapeBytes: most(({ bytes }) => bytes),
    series: most(({ series }) => series),
  };
}

// What an agent took with so many groups, as Markdown, beside what is promised. Pure.
import { median } from "../../packages/baton/src/drill/measures/outage.ts";
import type { Conditions } from "../router/conditions.ts";
import { table } from "../router/tables.ts";
import type { Kill } from "./kills.ts";
import type { PageResult } from "./page.ts";
import type { Rest } from "./rest.ts";

export interface SizeResult {
  readonly groups: number;
  /** Real redis-server processes behind them. */
  readonly servers: number;
  readonly readyMs: number;
  readonly rest: Rest;
  readonly kills: readonly Kill[];
  readonly page: PageResult;
  /** While all of that went on. */
  readonly peakBytes: number;
}

/** The contract of the JSON file: keys are only ever added. */
export interface GroupsBench {
  readonly conditions: Conditions;
  readonly sizes: readonly SizeResult[];
}

/** For 1,000 groups on two cores. */
const PROMISED = {
  groups: 1_000,
  rssBytes: 300 * 2 ** 20,
  firstPaintMs: 1_000,
  updateMs: 100,
} as const;

const NOTHING = "-";
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const whole = (value: number): string => value.toFixed(0);
const ofKills = (kills: readonly Kill[], of: (kill: Kill) => number): string => {
  const values = kills.map(of);
  return values.length === 0 ? NOTHING : `${whole(median(values) ?? 0)} (${whole(Math.max(...values))})`;
};

type Row = readonly [title: string, shown: (size: SizeResult) => string];

const ROWS: readonly Row[] = [
  ["redis-server processes", ({ servers }) => whole(servers)],
  ["connections to Sentinels", ({ rest }) => whole(rest.toSentinels)],
  ["connections to nodes", ({ rest }) => whole(rest.toNodes)],
  ["seconds until every group is routed", ({ readyMs }) => (readyMs / 1_000).toFixed(1)],
  [
    "resident memory at rest, MB (most)",
    ({ rest }) => {
      return `${mebibytes(rest.rssBytesMedian)} (${mebibytes(rest.rssBytesMax)})`;
    },
  ],
  ["peak of everything here, MB", ({ peakBytes }) => mebibytes(peakBytes)],
  ["processor at rest, % of one", ({ rest }) => (rest.cpuShare * 100).toFixed(1)],
  [
    "oldest turn at a scrape, ms (most)",
    ({ rest }) => {
      return `${whole(rest.turnAgeMsMedian)} (${whole(rest.turnAgeMsMax)})`;
    },
  ],
  ["event loop held up, ms at most", ({ rest }) => whole(rest.heldUpMsMax)],
  ["scrape, ms", ({ rest }) => whole(rest.scrapeMsMedian)],
  ["scrape, kB", ({ rest }) => whole(rest.scrapeBytes / 1_000)],
  ["series", ({ rest }) => whole(rest.series)],
  [
    "first write after down-after, ms (most)",
    ({ kills }) => {
      return ofKills(kills, ({ beyondDownAfterMs }) => beyondDownAfterMs);
    },
  ],
  ["old primary fenced, ms (most)", ({ kills }) => ofKills(kills, ({ fencedMs }) => fencedMs)],
];

const PAGE_ROWS: readonly (readonly [string, (page: PageResult) => string])[] = (
  [
    [
      "first paint, ms (most)",
      (page) => `${whole(page.firstPaintMsMedian)} (${whole(page.firstPaintMsMax)})`,
    ],
    [
      "all groups shown, ms (most)",
      (page) => `${whole(page.overviewMsMedian)} (${whole(page.overviewMsMax)})`,
    ],
    [
      "event to frame, ms (most)",
      (page) => `${whole(page.updateMsMedian)} (${whole(page.updateMsMax)})`,
    ],
    ["events", (page) => whole(page.updates)],
    ["work over 50 ms, times (longest)", (page) => `${page.longTasks} (${whole(page.longestTaskMs)})`],
    ["heap of the page, MB", (page) => mebibytes(page.heapBytes)],
    ["elements of the page", (page) => whole(page.elements)],
  ] satisfies readonly (readonly [
    string,
    (page: Extract<PageResult, { kind: "measured" }>["figures"]) => string,
  ])[]
).map(([title, shown]) => [
  title,
  (page: PageResult) => (page.kind === "measured" ? shown(page.figures) : NOTHING),
]);

export function drawGroups({ conditions, sizes }: GroupsBench): string {
  const { cpu, cores, node, redis, kernel, at, warnings } = conditions;
  const heads = ["groups", ...sizes.map(({ groups }) => String(groups))];
  const reasons = sizes.flatMap(({ groups, page }) =>
    page.kind === "measured" ? [] : [`- Page with ${groups} groups not measured: ${page.reason}`],
  );
  const lines = [
    `${at}: ${cores} cores of ${cpu}, Linux ${kernel}, Node ${node}, Redis ${redis}.`,
    ...warnings,
    "",
    "### The agent",
    "",
    ...table(
      heads,
      ROWS.map(([title, shown]) => [title, ...sizes.map(shown)]),
    ),
    "",
    "### The page",
    "",
    ...table(
      heads,
      PAGE_ROWS.map(([title, shown]) => [title, ...sizes.map(({ page }) => shown(page))]),
    ),
    ...(reasons.length === 0 ? [] : ["", ...reasons]),
  ];
  return `${lines.join("\n")}\n`;
}

/** What was promised and not kept, as clauses; nothing for other numbers of groups. */
export function brokenPromises({ sizes }: GroupsBench): readonly string[] {
  const size = sizes.find(({ groups }) => groups === PROMISED.groups);
  if (size === undefined) return [];
  const { peakBytes, page } = size;
  const { rssBytes, firstPaintMs, updateMs } = PROMISED;
  const figures = page.kind === "measured" ? page.figures : undefined;
  const clause = (is: number, most: number, what: string, shown: (value: number) => string) =>
    is > most ? [`${what} ${shown(is)}, promised are ${shown(most)}`] : [];
  return [
    ...clause(peakBytes, rssBytes, "resident memory comes to", (bytes) => `${mebibytes(bytes)} MB`),
    ...clause(
      figures?.firstPaintMsMedian ?? 0,
      firstPaintMs,
      "the first paint takes",
      (ms) => `${whole(ms)} ms`,
    ),
    ...clause(figures?.updateMsMedian ?? 0, updateMs, "an update takes", (ms) => `${whole(ms)} ms`),
  ];
}

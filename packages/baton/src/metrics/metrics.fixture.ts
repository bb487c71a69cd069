// Metrics of an agent without routers, in the small world of decide/world.fixture.ts.
import { decide, type Decided } from "../decide/decide.ts";
import { group, input, layout, observed } from "../decide/world.fixture.ts";
import type { NodeView, View } from "../observe/types.ts";
import type { Clock } from "../sys/clock.ts";
import { type Metrics, type MetricsOptions, openMetrics } from "./metrics.ts";

/** A clock that stands still. */
const CLOCK: Clock = {
  monotonicMs: () => 2_000,
  wallMs: () => 1e12,
  sleep: () => Promise.resolve(),
};

export const NOBODY: MetricsOptions = {
  host: "h1",
  version: "1.2.3",
  clock: CLOCK,
  cluster: layout.cluster,
  routers: () => [],
  readRouters: () => [],
  processes: () => ({ wanted: 0, running: 0, deaths: 0 }),
  vitals: () => [],
  notes: () => ({ drill: null, drills: [] }),
  certificates: () => [],
};

export interface Bench {
  readonly metrics: Metrics;
  /** A turn over what is seen, at this time; decided from nothing that was before. */
  turn(views: readonly View[], nodes: readonly NodeView[], atMs?: number): Decided;
  /** The samples of a scrape, without help and types. */
  lines(): Promise<readonly string[]>;
  /** Those of one metric, without its name. */
  of(name: string): Promise<readonly string[]>;
}

export function openBench(more: Partial<MetricsOptions> = {}): Bench {
  const metrics = openMetrics({ ...NOBODY, ...more });
  const lines = async () =>
    (await metrics.scrape()).text.split("\n").filter((line) => /^[a-z]/.test(line));
  return {
    metrics,
    turn(views, nodes, atMs = 1_500) {
      const decided = decide(input(views, nodes));
      const observation = observed(views, nodes, atMs);
      metrics.recordTurn(group, { observation, decided, doubts: [], tookMs: 30 });
      return decided;
    },
    lines,
    async of(name) {
      const own = (await lines()).filter((line) => line.startsWith(`${name}{`));
      return own.map((line) => line.slice(name.length));
    },
  };
}

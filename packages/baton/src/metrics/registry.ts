// The collectors of the table, by name, in a registry of their own: two agents in one test are two.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { assert } from "../errors.ts";
import type { DurationCounts } from "../router/durations.ts";
import { type CountedHistogram, countedHistogram } from "./counted-histogram.ts";
import { type MetricName, type MetricSpec, METRICS } from "./table.ts";

type Labels = Readonly<Record<string, string>>;
export type SetGauge = (name: MetricName, labels: Labels, value: number) => void;
export type Count = (name: MetricName, labels: Labels, by?: number) => void;
/** What was counted elsewhere since it began, added to what was told under the same labels. */
export type Tell = (name: MetricName, labels: Labels, counts: DurationCounts) => void;

/** Upper bounds in seconds. Histograms that are not here come with counts in bounds of their own. */
const BUCKETS: Partial<Record<string, number[]>> = {
  baton_turn_duration_seconds: [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56],
} satisfies Partial<Record<MetricName, number[]>>;

export function openRegistry() {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const counted = new Map<string, CountedHistogram>();
  const specs: readonly (readonly [string, MetricSpec])[] = Object.entries(METRICS);
  for (const [name, { kind, help, labels }] of specs) {
    const buckets = BUCKETS[name];
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === "gauge") gauges.set(name, new Gauge(common));
    else if (kind === "counter") counters.set(name, new Counter(common));
    else if (buckets !== undefined) histograms.set(name, new Histogram({ ...common, buckets }));
    else {
      const histogram = countedHistogram(name, help);
      registry.registerMetric(histogram.metric);
      counted.set(name, histogram);
    }
  }
  const set: SetGauge = (name, labels, value) => {
    const gauge = gauges.get(name);
    assert(gauge !== undefined, `${name} is a gauge of the table`);
    gauge.set({ ...labels }, value);
  };
  const count: Count = (name, labels, by = 1) => {
    const counter = counters.get(name);
    assert(counter !== undefined, `${name} is a counter of the table`);
    counter.inc({ ...labels }, by);
  };
  const observe = (name: MetricName, labels: Labels, value: number) => {
    const histogram = histograms.get(name);
    assert(histogram !== undefined, `${name} is a histogram of the table`);
    histogram.observe({ ...labels }, value);
  };
  const tell: Tell = (name, labels, counts) => {
    const histogram = counted.get(name);
    assert(histogram !== undefined, `${name} is a histogram of the table without buckets of its own`);
    histogram.tell(labels, counts);
  };
  const reset = (names: Iterable<string>) => {
    for (const name of names) (gauges.get(name) ?? counters.get(name) ?? counted.get(name))?.reset();
  };
  const toldAnew = [...gauges.keys(), ...counted.keys()];
  /** Metric by metric: with a thousand groups one alone is some thousand lines. */
  const textOf = async (between: () => Promise<void>): Promise<string> => {
    const texts: string[] = [];
    for (const [name] of specs) {
      texts.push(await registry.getSingleMetricAsString(name));
      await between();
    }
    return `${texts.join("\n\n")}\n`;
  };
  return { registry, toldAnew, set, count, observe, tell, reset, textOf };
}

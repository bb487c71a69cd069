// The collectors of the table, by name, in a registry of their own: two agents in one test are two.
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { assert } from "../errors.ts";
import { type MetricName, type MetricSpec, METRICS } from "./table.ts";

type Labels = Readonly<Record<string, string>>;
export type SetGauge = (name: MetricName, labels: Labels, value: number) => void;
export type Count = (name: MetricName, labels: Labels, by?: number) => void;

const TURN_BUCKETS_SECONDS = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56];

export function openRegistry() {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const specs: readonly (readonly [string, MetricSpec])[] = Object.entries(METRICS);
  for (const [name, { kind, help, labels }] of specs) {
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === "gauge") gauges.set(name, new Gauge(common));
    else if (kind === "counter") counters.set(name, new Counter(common));
    else histograms.set(name, new Histogram({ ...common, buckets: TURN_BUCKETS_SECONDS }));
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
  const reset = (names: Iterable<string>) => {
    for (const name of names) (gauges.get(name) ?? counters.get(name))?.reset();
  };
  return { registry, gaugeNames: [...gauges.keys()], set, count, observe, reset };
}

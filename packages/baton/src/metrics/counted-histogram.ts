// A histogram whose counts come from elsewhere and are told anew at each scrape: prom-client's own can only
// be counted up, one by one.
import type { Histogram, Metric } from "prom-client";
import type { DurationCounts } from "../router/durations.ts";

type Labels = Readonly<Record<string, string>>;
type Exported = Awaited<ReturnType<Histogram["get"]>>;

interface Sum {
  readonly labels: Labels;
  /** How many were within a bound and not within the next smaller one, by the bound in milliseconds. */
  readonly within: Map<number, number>;
  totalMs: number;
  count: number;
}

export interface CountedHistogram {
  /** For a registry, which asks nothing of it but `get`: as of a metric that other processes have counted. */
  readonly metric: Metric;
  /** Added to what was told under the same labels since `reset`. */
  tell(labels: Labels, counts: DurationCounts): void;
  reset(): void;
}

function valuesOf(name: string, { labels, within, totalMs, count }: Sum): Exported["values"] {
  let upToHere = 0;
  const buckets = [...within]
    .sort(([one], [other]) => one - other)
    .map(([boundMs, more]) => {
      upToHere += more;
      return {
        value: upToHere,
        labels: { le: boundMs / 1_000, ...labels },
        metricName: `${name}_bucket`,
      };
    });
  return [
    ...buckets,
    { value: count, labels: { le: "+Inf", ...labels }, metricName: `${name}_bucket` },
    { value: totalMs / 1_000, labels, metricName: `${name}_sum` },
    { value: count, labels, metricName: `${name}_count` },
  ] as Exported["values"];
}

/** In seconds, as Prometheus wants it. */
export function countedHistogram(name: string, help: string): CountedHistogram {
  const sums = new Map<string, Sum>();
  const get = () => {
    const values = [...sums.values()].flatMap((sum) => valuesOf(name, sum));
    return Promise.resolve({ name, help, type: "histogram", aggregator: "sum", values });
  };
  return {
    metric: { name, get } as unknown as Metric,
    tell(labels, { count, totalMs, within }) {
      const key = JSON.stringify(labels);
      const sum = sums.get(key) ?? { labels, within: new Map(), totalMs: 0, count: 0 };
      sums.set(key, sum);
      sum.count += count;
      sum.totalMs += totalMs;
      for (const [bound, more] of Object.entries(within))
        sum.within.set(Number(bound), (sum.within.get(Number(bound)) ?? 0) + more);
    },
    reset: () => sums.clear(),
  };
}

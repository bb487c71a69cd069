// Prometheus' text format as a test reads it: names, types, and values by their labels.
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Scrape {
  readonly text: string;
  /** Of every metric that has a sample: without _bucket, _sum and _count. */
  readonly names: ReadonlySet<string>;
  /** The value of the only sample with these labels, whatever others it has; undefined: there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  all(name: string): readonly Sample[];
}

const SAMPLE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

function sampleOf(line: string): Sample {
  const [, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
  if (name === "") throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(LABEL)].map(([, key = "", text = ""]) => [key, text] as const);
  return { name, labels: Object.fromEntries(pairs), value: value === "+Inf" ? Infinity : Number(value) };
}

/** @throws Error for a line that is neither a comment nor a sample, and for a sample without a type */
function readScrape(text: string): Scrape {
  const lines = text.split("\n").filter((line) => line !== "");
  const types = new Map(
    lines.flatMap((line) => {
      const [, name = "", type = ""] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
      return name === "" ? [] : [[name, type] as const];
    }),
  );
  const samples = lines.filter((line) => !line.startsWith("#")).map(sampleOf);
  const metricOf = ({ name }: Sample): string => {
    const whole = name.replace(/_(bucket|sum|count)$/, "");
    const found = types.has(name) ? name : whole;
    if (!types.has(found)) throw new Error(`${name} has no type`);
    return found;
  };
  const all = (name: string) => samples.filter((sample) => sample.name === name);
  return {
    text,
    names: new Set(samples.map(metricOf)),
    all,
    value(name, labels = {}) {
      const fitting = all(name).filter((sample) =>
        Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
      );
      if (fitting.length > 1) throw new Error(`${name} ${JSON.stringify(labels)} is not the only one`);
      return fitting[0]?.value;
    },
  };
}

export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
  return readScrape(await response.text());
}

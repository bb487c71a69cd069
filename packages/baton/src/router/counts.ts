// Sums of what several processes have counted. Pure.

/** Numbers by name, to any depth: what a router counts. */
interface Numbers {
  readonly [name: string]: number | Numbers;
}

function summed(one: Numbers, other: Numbers): Numbers {
  const sum: Record<string, number | Numbers> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = sum[name];
    if (typeof value === "number") sum[name] = value + (typeof before === "number" ? before : 0);
    else sum[name] = summed(typeof before === "object" ? before : {}, value);
  }
  return sum;
}

/** Every number of `more` added to that of the same name in `zero`; what only one has stays as it is. */
export function sumOf<Counts extends object>(zero: Counts, more: readonly Counts[]): Counts {
  // A type of an interface has no index signature, though it is nothing but numbers by name.
  const numbers = (counts: Counts) => counts as unknown as Numbers;
  return more.reduce<Numbers>(
    (sum, counts) => summed(sum, numbers(counts)),
    numbers(zero),
  ) as unknown as Counts;
}

/** A bound of all processes as one of each; rounded up, so that a bound that is no multiple stays useful. */
export const shareOf = (bound: number, processes: number): number => Math.ceil(bound / processes);

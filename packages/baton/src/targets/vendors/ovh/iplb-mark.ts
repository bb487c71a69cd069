// What Baton writes behind the name of a server of an IP load balancer: the epoch, and what tells a change of
// its own that waits for a refresh from anybody else's.

export interface Mark {
  readonly epoch: number;
  /** The newest refresh task before the change; 0 for none. A later one that is done has published it. */
  readonly after: number;
  /** How many changes waited for a refresh once this one was made, itself included. */
  readonly changes: number;
  /** How many of them the same agent has made. */
  readonly count: number;
  /** When it was made: OVHcloud's time, seconds since 1970. */
  readonly atSeconds: number;
  /** Which agent has made it: four hexadecimal digits that it has drawn. */
  readonly by: string;
}

const NUMBERS = String.raw`(\d{1,15})\.(\d{1,9})\.(\d{1,9})\.(\d{1,12})`;
const PATTERN = new RegExp(String.raw`\s*\[baton epoch=(\d{1,15}) stage=${NUMBERS}\.([0-9a-f]{4})\]`);

export function markIn(name: string): Mark | undefined {
  const found = PATTERN.exec(name);
  if (found === null) return undefined;
  const [epoch = 0, after = 0, changes = 0, count = 0, atSeconds = 0] = found.slice(1, 6).map(Number);
  return { epoch, after, changes, count, atSeconds, by: found[6] ?? "" };
}

/** The same name with this mark at its end: what a person wrote there stays. */
export function withMark(name: string, { epoch, after, changes, count, atSeconds, by }: Mark): string {
  const stage = [after, changes, count, atSeconds, by].join(".");
  return `${name.replace(PATTERN, "").trim()} [baton epoch=${epoch} stage=${stage}]`.trim();
}

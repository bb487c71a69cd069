// The file that a Sentinel without state of its own begins with: the settings, and today's primaries. Pure.
import type { Endpoint } from "../cluster/types.ts";

/** What a majority of the other Sentinels says of one group. */
export interface Followed {
  readonly group: string;
  readonly primary: Endpoint;
  readonly epoch: number;
}

const MONITOR = /^(\s*sentinel\s+monitor\s+)(\S+)(\s+)\S+(\s+)\d+(\s+\d+\s*)$/i;

/** Whether a text is a Sentinel's own: it watches something. An emptied file is not. */
export function isState(text: string): boolean {
  return text.split(/\r?\n/).some((line) => MONITOR.test(line));
}

/**
 * The settings with the primary of each group in the place of its first one. With the epoch, too: from a
 * Sentinel that knows of none every older word about the primary would be news.
 */
export function firstConfig(settings: string, followed: readonly Followed[]): string {
  const byGroup = new Map(followed.map((one) => [one.group, one]));
  const lines = settings.split("\n").flatMap((line) => {
    const match = MONITOR.exec(line);
    const known = byGroup.get(match?.[2] ?? "");
    if (match === null || known === undefined) return [line];
    const { group, primary, epoch } = known;
    const monitor = line.replace(
      MONITOR,
      (_, head: string, name: string, a: string, b: string, quorum: string) =>
        `${head}${name}${a}${primary.address}${b}${primary.port}${quorum}`,
    );
    return [monitor, `sentinel config-epoch ${group} ${epoch}`];
  });
  return lines.join("\n");
}

// Which units of real hosts have been started, and in which order.
import type { Hosts } from "./hosts.ts";
import { inside } from "./inside.ts";

/** By unit, how often systemd has said that it started it since the host booted. */
export type Starts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** systemd's id of "Started UNIT". */
const STARTED = "MESSAGE_ID=39f53479d3a045ac8e11786248231fbf";
const OURS = /^(redis-server@\w+|redis-sentinel|baton-(agent|router))\.service$/;

async function startsOf(hosts: Hosts, host: string): Promise<Readonly<Record<string, number>>> {
  const fields = ["--output=cat", "--output-fields=UNIT", STARTED];
  const text = await inside(hosts, host, "journalctl", "--boot", "--no-pager", ...fields);
  const counts: Record<string, number> = {};
  for (const unit of text.split("\n").filter((line) => OURS.test(line)))
    counts[unit] = (counts[unit] ?? 0) + 1;
  return counts;
}

export async function startsOfAll(hosts: Hosts, names: readonly string[]): Promise<Starts> {
  const each = names.map(async (name) => [name, await startsOf(hosts, name)] as const);
  return Object.fromEntries(await Promise.all(each));
}

/** "HOST UNIT" for each start between the two, in the order of hosts and names. */
export function startedBetween(before: Starts, after: Starts): readonly string[] {
  return Object.entries(after).flatMap(([host, counts]) =>
    Object.entries(counts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([unit, count]) => {
        const more = count - (before[host]?.[unit] ?? 0);
        return Array.from({ length: more }, () => `${host} ${unit.replace(".service", "")}`);
      }),
  );
}

/** Hosts in the order in which their unit became active. */
export async function orderOfStarts(
  hosts: Hosts,
  names: readonly string[],
  unit: string,
): Promise<readonly string[]> {
  const each = names.map(async (name) => {
    const show = ["show", "--property=ActiveEnterTimestampMonotonic", "--value", unit] as const;
    return { name, at: Number(await inside(hosts, name, "systemctl", ...show)) };
  });
  return (await Promise.all(each)).toSorted((a, b) => a.at - b.at).map(({ name }) => name);
}

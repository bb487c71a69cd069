// Several things done to a lab at the same time: a machine's processes die together, a network is cut as one.
import { assert } from "../errors.ts";
import type { Done } from "../lab/index.ts";
import type { DrillSite } from "./site.ts";

/** @returns the moment of the first of them, in monotonic milliseconds. */
export async function together(deeds: readonly Promise<Done>[]): Promise<number> {
  assert(deeds.length > 0, "a fault does something");
  const done = await Promise.all(deeds);
  return Math.min(...done.map(({ atMonotonicMs }) => atMonotonicMs));
}

/** Hosts of a Redis or a Sentinel: what has a say in who is primary, and what can be it. */
export function dataHosts({ layout }: Pick<DrillSite, "layout">): readonly string[] {
  const nodes = layout.groups.flatMap((group) => group.nodes.map(({ host }) => host));
  return [...new Set([...nodes, ...layout.sentinels.map(({ id }) => id)])];
}

/** "h1", "h1 and h2", "h1, h2 and h3" */
export function spoken(names: readonly string[]): string {
  const last = names.at(-1) ?? "nothing";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

// Which groups of a cluster a command is about.
import type { GroupPlan, Layout } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";

/** The one that was named, or all. @throws BatonError USAGE */
export function groupsOf({ groups }: Layout, asked: unknown): readonly GroupPlan[] {
  if (typeof asked !== "string") return groups;
  const found = groups.find(({ name }) => name === asked);
  if (found !== undefined) return [found];
  const names = groups.map(({ name }) => name).join(", ");
  throw new BatonError("USAGE", `there is no group ${asked}; the cluster file has ${names}`);
}

/** The one that was named, or the only one. @throws BatonError USAGE */
export function groupOf(layout: Layout, asked: unknown): GroupPlan {
  const found = groupsOf(layout, asked);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = found.map(({ name }) => name).join(", ");
  throw new BatonError("USAGE", `which group? Say it with --group: ${names}`);
}

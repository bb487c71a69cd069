// Whether a cluster is at rest, or may be in the middle of a failover.
import type { LiveRedis, LiveSentinel } from "../facts.ts";
import { nameOf } from "./answers.ts";

const MOVING = /(?:^|,)(?:failover_in_progress|o_down|promoted|reconf_\w+)(?:,|$)/;

export function isSettled({
  sentinels,
  redis,
}: {
  readonly sentinels: readonly LiveSentinel[];
  readonly redis: readonly LiveRedis[];
}): boolean {
  const views = sentinels.flatMap(({ groups }) => [...groups]);
  const named = new Map<string, string>();
  for (const [name, { primary, replicas }] of views) {
    if ([primary, ...replicas].some((row) => MOVING.test(row.get("flags") ?? ""))) return false;
    const place = `${primary.get("ip") ?? ""}:${primary.get("port") ?? ""}`;
    const said = `${place} ${primary.get("config-epoch") ?? ""}`;
    if ((named.get(name) ?? said) !== said) return false;
    named.set(name, said);
  }
  const primaries = new Set([...named.values()].map((said) => said.split(" ", 1)[0]));
  return redis.every((node) => {
    if (node.info === undefined) return true;
    const isPrimary = node.info.get("role") === "master";
    const isLinked = isPrimary || node.info.get("master_link_status") === "up";
    return isLinked && isPrimary === primaries.has(nameOf(node));
  });
}

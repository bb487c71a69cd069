// Which nodes come back without data while everybody still takes them for what they were.
import type { Facts, Group, RedisInstance } from "./facts.ts";
import type { Draft } from "./finding.ts";
import { BEYOND_DETECTION_MS, downAfterMs, isPromotable, isReplica, persists } from "./nodes.ts";
import { restartOf, servicesOf } from "./service.ts";

/** What is to be said of a node that keeps nothing on disk and is back before a failover, if it is one. */
export function emptyRestart(
  facts: Facts,
  group: Group,
  node: RedisInstance,
): Pick<Draft, "message" | "severity"> | undefined {
  if (persists(node) !== false || isPromotable(node) === false) return undefined;
  const off = 'save "" and appendonly no keep nothing on disk';
  const restarts = servicesOf(facts)
    .filter(({ redis }) => redis.includes(node))
    .map(restartOf);
  const downAfter = downAfterMs(group);
  if (restarts.length === 0) {
    // RED007 speaks of a replica.
    if (isReplica(node) !== false) return undefined;
    const message = `${off}; a restart of this primary before Sentinel gives it up empties the whole group.`;
    return { message, severity: "warning" };
  }
  if (downAfter === undefined) return undefined;
  const fast = restarts.find(
    ({ afterMs }) => afterMs !== undefined && afterMs < downAfter + BEYOND_DETECTION_MS,
  );
  if (fast?.afterMs === undefined) return undefined;
  return {
    message:
      `${off}, and ${fast.unit} starts Redis again after ${String(fast.afterMs)} ms, ` +
      `before Sentinel's down-after of ${String(downAfter)} ms is over and a failover done.`,
  };
}

// What `router: { durability: replicated }` needs of the rest of a cluster file: settings under which its
// promise could not hold are refused.
import type { Problem } from "./issues.ts";
import type { Cluster } from "./types.ts";

const WANTED = '"durability: replicated" of the router';

/** A group needs two nodes for any failover at all: fewer are refused for every cluster. */
export function durabilityProblems(cluster: Cluster): Problem[] {
  if (cluster.router.durability !== "replicated") return [];
  const problems: Problem[] = [];
  if (!cluster.agentFence) {
    const message =
      `${WANTED} needs the fence: without it Sentinel can promote an old primary that has just come ` +
      "back with other data, and the writes that were confirmed since are lost";
    problems.push({ path: ["agent", "fence"], message });
  }
  if (!cluster.hosts.some(({ runs }) => runs.includes("agent"))) {
    const message =
      `${WANTED} needs a host that runs an agent: only agents take a replica that has fallen behind ` +
      "out of the choice of Sentinel, and let it back in";
    problems.push({ path: ["hosts"], message });
  }
  if (cluster.overrides.minReplicasToWrite === 0) {
    const message =
      `0 contradicts ${WANTED}: a primary that is cut off would go on taking writes that no replica can ` +
      "confirm, and that a failover throws away; leave this key out";
    problems.push({ path: ["redis", "minReplicasToWrite"], message });
  }
  if (cluster.redisSettings["appendonly"]?.toLowerCase() === "no") {
    const message =
      `"appendonly: no" contradicts ${WANTED}: a primary whose process restarts before a failover comes ` +
      "back without confirmed writes, and its replicas copy that";
    problems.push({ path: ["redis", "settings", "appendonly"], message });
  }
  return problems;
}

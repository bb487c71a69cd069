// What INFO replication says besides the role.
import { countIn, infoOf } from "./info-fields.ts";
import type { NodeRemarks } from "./types.ts";

type ReplicationRemarks = {
  readonly [K in "replicationId" | "backlogBytes" | "goodReplicas"]: NodeRemarks[K] | undefined;
};

export function replicationRemarks(reply: unknown): ReplicationRemarks {
  const info = infoOf(reply);
  return {
    replicationId: info.get("master_replid"),
    backlogBytes: countIn(info, "repl_backlog_size"),
    // Only there where min-replicas-to-write and min-replicas-max-lag are both above 0.
    goodReplicas: countIn(info, "min_slaves_good_slaves"),
  };
}

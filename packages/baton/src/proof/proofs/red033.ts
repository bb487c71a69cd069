// RED033: no replica may be promoted.
import { failoverProof } from "../failover-proof.ts";

export const red033 = failoverProof({
  rule: "RED033",
  says: "Two replicas are in sync, and the primary dies.",
  sides: { mistake: "replica-priority 0 on every node", fix: "replica-priority 100" },
  plan: (side) => ({ redis: () => [`replica-priority ${side === "mistake" ? 0 : 100}`] }),
  sign: "-failover-abort-no-good-slave",
  quorum: "OK",
});

// SEN001: a quorum that all Sentinels together cannot reach.
import { failoverProof } from "../failover-proof.ts";

export const sen001 = failoverProof({
  rule: "SEN001",
  says: "Three Sentinels watch a primary, and it dies.",
  sides: { mistake: "quorum 5", fix: "quorum 2" },
  plan: (side) => ({ quorum: side === "mistake" ? 5 : 2 }),
  sign: "+sdown master",
  quorum: "NOQUORUM",
});

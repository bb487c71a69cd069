// SEN012: cloned Sentinels, each of which takes the others' messages for its own.
import { failoverProof } from "../failover-proof.ts";

export const sen012 = failoverProof({
  rule: "SEN012",
  says: "Three Sentinels were made from one image, and the primary dies.",
  sides: { mistake: "the same sentinel myid in all three", fix: "no such line: each makes its own" },
  plan: (side) => ({
    sentinel: () => (side === "mistake" ? [`sentinel myid ${"c10e".repeat(10)}`] : []),
  }),
  areStrangers: true,
  sign: "+sdown master",
  quorum: "NOQUORUM",
});

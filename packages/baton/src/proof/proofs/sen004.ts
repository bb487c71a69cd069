// SEN004: two Sentinels, of which no majority is left when one dies together with the primary.
import { failoverProof } from "../failover-proof.ts";

export const sen004 = failoverProof({
  rule: "SEN004",
  says: "The host of the primary dies, and one Sentinel with it.",
  sides: { mistake: "two Sentinels, quorum 1", fix: "three Sentinels, quorum 2" },
  plan: (side) => (side === "mistake" ? { sentinels: 2, quorum: 1 } : { sentinels: 3, quorum: 2 }),
  strike: async ({ primary, sentinels: [beside] }) => {
    await Promise.all([primary.kill(), beside?.kill()]);
  },
  sign: "-failover-abort-not-elected",
  quorum: "OK",
});

// SEN002: a quorum that needs the very Sentinel that dies together with the primary.
import { failoverProof } from "../failover-proof.ts";

export const sen002 = failoverProof({
  rule: "SEN002",
  says: "The host of the primary dies, and with it one of three Sentinels.",
  sides: { mistake: "quorum 3", fix: "quorum 2" },
  plan: (side) => ({ quorum: side === "mistake" ? 3 : 2 }),
  strike: async ({ primary, sentinels: [beside] }) => {
    await Promise.all([primary.kill(), beside?.kill()]);
  },
  sign: "+sdown master",
  quorum: "OK",
});

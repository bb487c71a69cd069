// RED031: replicas that announce an address at which nobody reaches them.
import { failoverProof } from "../failover-proof.ts";

export const red031 = failoverProof({
  rule: "RED031",
  says: "Replicas announce an address, as behind address translation, and the primary dies.",
  sides: { mistake: "an address that leads nowhere", fix: "their own address" },
  plan: (side, ground) => ({
    redis: (host) =>
      side === "mistake" && host > 1 ? [`replica-announce-ip ${ground.address(70 + host)}`] : [],
  }),
  areStrangers: true,
  sign: "-failover-abort-no-good-slave",
  quorum: "OK",
});

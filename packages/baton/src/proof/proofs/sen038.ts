// SEN038: a command that Sentinel sends to promote does not exist any more.
import { failoverProof } from "../failover-proof.ts";

export const sen038 = failoverProof({
  rule: "SEN038",
  says: "CONFIG is renamed away to harden Redis, and the primary dies.",
  sides: { mistake: 'rename-command CONFIG ""', fix: "no such line" },
  plan: (side) => ({ redis: () => (side === "mistake" ? ['rename-command CONFIG ""'] : []) }),
  sign: "-failover-abort-slave-timeout",
  quorum: "OK",
});

// SEN040: Sentinel's own ACL user may do everything but one thing that a promotion needs.
import { failoverProof } from "../failover-proof.ts";
import { GROUP } from "../stage.ts";

const RIGHTS =
  "resetchannels &__sentinel__:hello -@all +multi +exec +slaveof +ping +info +publish +subscribe " +
  "+client|setname +client|kill +script|kill";

export const sen040 = failoverProof({
  rule: "SEN040",
  says: "Sentinel has an ACL user of its own, and the primary dies.",
  sides: { mistake: "without +config|rewrite", fix: "with +config|rewrite" },
  plan: (side) => ({
    redis: () => [`user sentinel on >secret ${RIGHTS}${side === "fix" ? " +config|rewrite" : ""}`],
    sentinel: () => [`sentinel auth-user ${GROUP} sentinel`, `sentinel auth-pass ${GROUP} secret`],
  }),
  sign: "-failover-abort-slave-timeout",
  quorum: "OK",
});

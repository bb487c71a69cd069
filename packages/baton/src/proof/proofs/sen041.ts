// SEN041: Sentinel's own ACL user may not use the channel by which Sentinels find each other.
import { failoverProof } from "../failover-proof.ts";
import { GROUP } from "../stage.ts";

const RIGHTS =
  "-@all +multi +exec +slaveof +ping +info +publish +subscribe +config|rewrite " +
  "+client|setname +client|kill +script|kill";

export const sen041 = failoverProof({
  rule: "SEN041",
  says: "Sentinel has an ACL user with every command that it needs, and the primary dies.",
  sides: { mistake: "resetchannels, the default since 7.0", fix: "and &__sentinel__:hello" },
  plan: (side) => {
    const channels = side === "mistake" ? "resetchannels" : "resetchannels &__sentinel__:hello";
    return {
      redis: () => [`user sentinel on >secret ${channels} ${RIGHTS}`],
      sentinel: () => [`sentinel auth-user ${GROUP} sentinel`, `sentinel auth-pass ${GROUP} secret`],
    };
  },
  areStrangers: true,
  sign: "+sdown master",
  quorum: "NOQUORUM",
});

// SEN019: Sentinels without the password take a healthy primary for dead, and know nobody.
import { failoverProof } from "../failover-proof.ts";
import { GROUP } from "../stage.ts";

const PASSWORD = "of-this-proof";

export const sen019 = failoverProof({
  rule: "SEN019",
  says: "Redis asks for a password, and the primary dies.",
  sides: { mistake: "no auth-pass in sentinel.conf", fix: "sentinel auth-pass" },
  plan: (side) => ({
    password: PASSWORD,
    redis: () => [`requirepass ${PASSWORD}`, `masterauth ${PASSWORD}`],
    sentinel: () => (side === "mistake" ? [] : [`sentinel auth-pass ${GROUP} ${PASSWORD}`]),
  }),
  areStrangers: true,
  sign: "+sdown master",
  quorum: "NOQUORUM",
});

// SEN008: Sentinels that watch one primary by different addresses, and so never speak of the same thing.
import { failoverProof } from "../failover-proof.ts";
import { GROUP } from "../stage.ts";

/** The primary's own, and two more as a second network card or address translation would give it. */
const ENDS = [1, 51, 52] as const;

export const sen008 = failoverProof({
  rule: "SEN008",
  says: "The primary has three addresses, all of them work, and it dies.",
  sides: { mistake: "each Sentinel monitors another address", fix: "all monitor the same one" },
  plan: (side, ground) => ({
    redis: (host) => (host === 1 ? [`bind ${ENDS.map((end) => ground.address(end)).join(" ")}`] : []),
    monitor: (number) => {
      const end = side === "mistake" ? ENDS[number - 1] : ENDS[0];
      return `sentinel monitor ${GROUP} ${ground.address(end ?? ENDS[0])} 6379 2`;
    },
  }),
  sign: "+sdown master",
  quorum: "OK",
});

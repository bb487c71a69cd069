// The primary is well, clients and replicas reach it, and no Sentinel does: it is replaced while it lives.
import { type Fault, once } from "../fault.ts";
import { spoken, together } from "../together.ts";

export const partitionFromSentinels: Fault = {
  id: "partition-from-sentinels",
  summary:
    "Cut the primary off from the Sentinels alone; clients reach both sides: it is replaced while it lives.",
  needs: ["wires", "sentinels-apart"],
  mark: { label: "cut off from Sentinels", colour: "#6c8dab" },
  silent: "primary",
  livesOn: true,
  staleSince: "cure",
  async inject({ lab, primary }) {
    const sentinels = lab.layout.sentinels.map(({ id }) => id);
    return {
      atMs: await together(sentinels.map((host) => lab.cut(primary, host))),
      host: primary,
      sentence: `${primary}, the host of the primary, is cut off from the Sentinels on ${spoken(sentinels)}`,
      cure: once(async () => {
        const healed = await lab.heal();
        const sentence = `the Sentinels reach ${primary} again`;
        return { atMs: healed.atMonotonicMs, sentence };
      }),
    };
  },
};

// Most Sentinels are gone and the primary is well: whoever is left must change nothing.
import { type Fault, once } from "../fault.ts";
import { spoken, together } from "../together.ts";

export const killSentinelMajority: Fault = {
  id: "kill-sentinel-majority",
  summary: "SIGKILL a majority of the Sentinels for 12 s: nobody may fail over, and writes go on.",
  needs: ["signals"],
  expects: "no-failover",
  mark: { label: "Sentinels killed", colour: "#7a6f3a" },
  // Longer than a failover takes: what must not happen has had its time.
  cureAfterMs: 12_000,
  async inject({ lab, primary }) {
    const { sentinels } = lab.layout;
    const gone = sentinels.slice(0, Math.floor(sentinels.length / 2) + 1).map(({ id }) => id);
    const atMs = await together(gone.map((host) => lab.kill(host, "sentinel")));
    return {
      atMs,
      host: primary,
      sentence: `kill -9 of the Sentinels on ${spoken(gone)}; the primary on ${primary} is healthy`,
      cure: once(async () => ({
        atMs: await together(gone.map((host) => lab.start(host, "sentinel"))),
        sentence: `the Sentinels on ${spoken(gone)} started again`,
      })),
    };
  },
};

// The primary reaches Sentinels and clients, and none of its replicas: nobody has a reason to replace it,
// and what it acknowledges is nowhere else.
import { type Fault, once } from "../fault.ts";
import { spoken, together } from "../together.ts";

export const partitionFromReplicas: Fault = {
  id: "partition-from-replicas",
  summary:
    "Cut the primary off from its replicas alone for 12 s; clients and Sentinels reach all: it refuses.",
  needs: ["wires", "sentinels-apart"],
  expects: "pause",
  mark: { label: "cut off from replicas", colour: "#9c7fb6" },
  // Longer than min-replicas-max-lag and its second.
  cureAfterMs: 12_000,
  async inject({ lab, group, primary }) {
    const nodes = lab.layout.groups.find(({ name }) => name === group)?.nodes ?? [];
    const replicas = nodes.map(({ host }) => host).filter((host) => host !== primary);
    return {
      atMs: await together(replicas.map((host) => lab.cut(primary, host))),
      host: primary,
      sentence: `${primary}, the host of the primary, is cut off from its replicas on ${spoken(replicas)}`,
      cure: once(async () => {
        const healed = await lab.heal();
        return { atMs: healed.atMonotonicMs, sentence: `${primary} reaches its replicas again` };
      }),
    };
  },
};

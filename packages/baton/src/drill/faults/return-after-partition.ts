// The primary's host can be reached by nobody and reaches nobody; its processes live on, and so does
// the belief of its Sentinel.
import { CLIENTS } from "../../lab/wires.ts";
import { type Fault, once } from "../fault.ts";

export const returnAfterPartition: Fault = {
  id: "return-after-partition",
  summary:
    "Cut the primary's host off from all others, then heal: how long does it take writes for nothing?",
  needs: ["wires"],
  mark: { label: "cut off", colour: "#8d6cab" },
  silent: "primary",
  staleSince: "cure",
  async inject({ lab, primary }) {
    const others = lab.cluster.hosts.map(({ name }) => name).filter((name) => name !== primary);
    // At the same time, and the clients first: what they write after the others are gone is lost.
    const cuts = await Promise.all([CLIENTS, ...others].map((other) => lab.cut(primary, other)));
    return {
      atMs: Math.min(...cuts.map(({ atMonotonicMs }) => atMonotonicMs)),
      host: primary,
      sentence: `${primary}, the host of the primary, is cut off from every other host and all clients`,
      cure: once(async () => {
        const healed = await lab.heal();
        const sentence = `the network is whole again; redis on ${primary} still believes to be primary`;
        return { atMs: healed.atMonotonicMs, sentence };
      }),
    };
  },
};

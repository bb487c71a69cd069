// The primary and all clients on one side, every other node and a majority of the Sentinels on the other.
import { CLIENTS } from "../../lab/wires.ts";
import { type Fault, once } from "../fault.ts";
import { dataHosts, spoken, together } from "../together.ts";

export const partitionClientsInside: Fault = {
  id: "partition-clients-inside",
  summary:
    "Cut primary, routers and clients off from all other hosts for 15 s: how much is acknowledged in vain?",
  needs: ["wires", "router-apart"],
  expects: "pause",
  mark: { label: "cut off with clients", colour: "#75549a" },
  cureAfterMs: 15_000,
  staleSince: "cure",
  async inject({ lab, primary }) {
    const others = dataHosts(lab).filter((host) => host !== primary);
    const hosts = lab.cluster.hosts.map(({ name }) => name);
    const inside = [CLIENTS, ...hosts.filter((host) => !others.includes(host))];
    const pairs = inside.flatMap((one) => others.map((other) => [one, other] as const));
    return {
      atMs: await together(pairs.map(([one, other]) => lab.cut(one, other))),
      host: primary,
      sentence: `${spoken(others)} are cut off from ${primary}, the primary's host, and from all clients`,
      cure: once(async () => {
        const healed = await lab.heal();
        const sentence = `the network is whole again; redis on ${primary} still believes to be primary`;
        return { atMs: healed.atMonotonicMs, sentence };
      }),
    };
  },
};

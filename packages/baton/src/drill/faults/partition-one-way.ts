// A broken transmitter: the primary's host hears everybody, and nobody hears it. What it is told it does,
// and nobody learns of it.
import { CLIENTS } from "../../lab/wires.ts";
import { type Fault, once } from "../fault.ts";
import { together } from "../together.ts";

export const partitionOneWay: Fault = {
  id: "partition-one-way",
  summary:
    "Drop all that the primary's host sends, to clients too, and nothing that is sent to it, then heal.",
  needs: ["wires"],
  mark: { label: "mute", colour: "#a37db8" },
  silent: "primary",
  staleSince: "cure",
  async inject({ lab, primary }) {
    const others = lab.cluster.hosts.map(({ name }) => name).filter((name) => name !== primary);
    const cuts = [CLIENTS, ...others].map((other) => lab.cut(primary, other, { oneWay: true }));
    return {
      atMs: await together(cuts),
      host: primary,
      sentence: `nothing gets out of ${primary}, the host of the primary; everything gets in`,
      cure: once(async () => {
        const healed = await lab.heal();
        const sentence = `${primary} is heard again; its redis still believes to be primary`;
        return { atMs: healed.atMonotonicMs, sentence };
      }),
    };
  },
};

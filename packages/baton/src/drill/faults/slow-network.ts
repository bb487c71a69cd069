// A link that has become slow, as over a detour: everything to and from the primary's host takes longer.
import { CLIENTS } from "../../lab/wires.ts";
import { type Fault, once } from "../fault.ts";
import { together } from "../together.ts";

/** Each way; a round trip takes twice that. Between continents it is more. */
const DELAY_MS = 50;

export const slowNetwork: Fault = {
  id: "slow-network",
  summary: "Delay all that goes to and from the primary's host by 50 ms each way: nobody may fail over.",
  needs: ["wires", "delays"],
  expects: "no-failover",
  mark: { label: "slow", colour: "#8a8d5c" },
  // Longer than a failover takes: what must not happen has had its time.
  cureAfterMs: 12_000,
  async inject({ lab, primary }) {
    const others = lab.cluster.hosts.map(({ name }) => name).filter((name) => name !== primary);
    const delays = [CLIENTS, ...others].map((other) => lab.delay(primary, other, DELAY_MS));
    return {
      atMs: await together(delays),
      host: primary,
      sentence: `everything to and from ${primary}, the host of the primary, takes ${DELAY_MS} ms longer`,
      cure: once(async () => {
        const healed = await lab.heal();
        return { atMs: healed.atMonotonicMs, sentence: `${primary} is as near as before` };
      }),
    };
  },
};

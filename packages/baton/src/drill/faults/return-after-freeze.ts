// A virtual machine that stood still, a disk that hung: the primary goes on where it was, with
// connections and all.
import { type Fault, once } from "../fault.ts";

export const returnAfterFreeze: Fault = {
  id: "return-after-freeze",
  summary:
    "SIGSTOP the primary for 15 s or more, then SIGCONT: how long does it take writes for nothing?",
  needs: ["signals"],
  mark: { label: "frozen", colour: "#5b7db1" },
  // Longer than Sentinel needs for a failover: the primary must wake up deposed.
  cureAfterMs: 15_000,
  silent: "primary",
  staleSince: "cure",
  async inject({ lab, primary }) {
    const { atMonotonicMs } = await lab.stop(primary, "redis");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `SIGSTOP to redis on ${primary}, the primary`,
      cure: once(async () => {
        const continued = await lab.cont(primary, "redis");
        const sentence = `redis on ${primary} goes on, still believing to be primary`;
        return { atMs: continued.atMonotonicMs, sentence };
      }),
    };
  },
};

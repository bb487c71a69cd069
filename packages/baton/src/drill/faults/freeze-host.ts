// A virtual machine that is paused: the primary, its Sentinel and its agent stand still, and wake up with
// the belief of before.
import { type Fault, once } from "../fault.ts";

export const freezeHost: Fault = {
  id: "freeze-host",
  summary: "SIGSTOP everything on the primary's host for 15 s or more, its Sentinel too, then SIGCONT.",
  needs: ["signals", "router-apart"],
  mark: { label: "host frozen", colour: "#47648f" },
  // Longer than Sentinel needs for a failover: all of them must wake up deposed.
  cureAfterMs: 15_000,
  silent: "primary",
  staleSince: "cure",
  async inject({ lab, primary }) {
    const { atMonotonicMs } = await lab.stop(primary, "all");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `SIGSTOP to everything on ${primary}, the host of the primary`,
      cure: once(async () => {
        const continued = await lab.cont(primary, "all");
        const sentence = `everything on ${primary} goes on, its Redis believing to be primary`;
        return { atMs: continued.atMonotonicMs, sentence };
      }),
    };
  },
};

// A machine without power: the primary, and with it the Sentinel and the agent that ran beside it.
import { type Fault, once } from "../fault.ts";
import { comesBack } from "../site.ts";

export const killHost: Fault = {
  id: "kill-host",
  summary: "SIGKILL everything on the primary's host, its Sentinel too; all is started again together.",
  needs: ["signals", "router-apart"],
  mark: { label: "host killed", colour: "#a83246" },
  staleSince: "cure",
  async inject({ lab, primary }) {
    const { atMonotonicMs } = await lab.kill(primary, "all");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `kill -9 of everything on ${primary}, the host of the primary`,
      cure: once(async () => {
        const started = await lab.start(primary, "all");
        const sentence = `everything on ${primary} started again, its Redis ${comesBack(lab)}`;
        return { atMs: started.atMonotonicMs, sentence };
      }),
    };
  },
};

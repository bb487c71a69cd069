// The machine keeps running, the primary's process is gone from one moment to the next: a crash,
// the OOM killer.
import { type Fault, once } from "../fault.ts";
import { comesBack } from "../site.ts";

export const killPrimary: Fault = {
  id: "kill-primary",
  summary: "SIGKILL the primary; its port refuses connections until it is started again as it was.",
  needs: ["signals"],
  mark: { label: "killed", colour: "#d1495b" },
  async inject({ lab, primary }) {
    const { atMonotonicMs } = await lab.kill(primary, "redis");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `kill -9 redis on ${primary}, the primary`,
      cure: once(async () => {
        const started = await lab.start(primary, "redis");
        const sentence = `redis on ${primary} started again, ${comesBack(lab)}`;
        return { atMs: started.atMonotonicMs, sentence };
      }),
    };
  },
};

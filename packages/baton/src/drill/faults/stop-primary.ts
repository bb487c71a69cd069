// The stop of the service, as an operator or an upgrade does it: the primary ends in good order.
import { type Fault, once } from "../fault.ts";
import { comesBack } from "../site.ts";

export const stopPrimary: Fault = {
  id: "stop-primary",
  summary: "SIGTERM to the primary, as stopping its service does; it is started again as it was.",
  needs: ["signals"],
  mark: { label: "stopped", colour: "#b0763c" },
  staleSince: "cure",
  // It answers whatever came before the signal was looked at.
  livesOn: true,
  // Replicas say once a second how far they have read, and it waits for that.
  endsWithinMs: 1_000,
  async inject({ lab, primary }) {
    const { atMonotonicMs } = await lab.terminate(primary, "redis");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `SIGTERM to redis on ${primary}, the primary`,
      cure: once(async () => {
        const started = await lab.start(primary, "redis");
        const sentence = `redis on ${primary} started again, ${comesBack(lab)}`;
        return { atMs: started.atMonotonicMs, sentence };
      }),
    };
  },
};

// A process that hangs for as long as it takes to replace it: its port stays open and nobody answers.
import { type Fault, once } from "../fault.ts";

export const freezePrimary: Fault = {
  id: "freeze-primary",
  summary: "SIGSTOP the primary until writes flow again: its port accepts connections and stays silent.",
  needs: ["signals"],
  mark: { label: "frozen", colour: "#5b7db1" },
  silent: "primary",
  async inject({ lab, primary }) {
    const { atMonotonicMs } = await lab.stop(primary, "redis");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `SIGSTOP to redis on ${primary}, the primary`,
      cure: once(async () => {
        const continued = await lab.cont(primary, "redis");
        const sentence = `redis on ${primary} goes on where it was`;
        return { atMs: continued.atMonotonicMs, sentence };
      }),
    };
  },
};

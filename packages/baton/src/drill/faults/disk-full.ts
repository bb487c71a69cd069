// The disk of the primary is full: Redis goes on answering, refuses every write, and says so to PING as well.
import { type Fault, once } from "../fault.ts";

export const diskFull: Fault = {
  id: "disk-full",
  summary: "Fill the disk of the primary: writes are refused, until Sentinel takes that for a failure.",
  needs: ["disks"],
  mark: { label: "disk full", colour: "#b06a2c" },
  // The write under which the append-only file fails is still acknowledged, and sent to the replicas.
  livesOn: true,
  // To Sentinel a refused PING is an unanswered one, and it sends one a second.
  silent: "primary",
  async inject({ lab, primary }) {
    const { atMonotonicMs } = await lab.fill(primary);
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `the disk of redis on ${primary}, the primary, is full`,
      cure: once(async () => {
        const freed = await lab.free(primary);
        // A replica that cannot write what its primary sends ends itself.
        await lab.start(primary, "redis");
        return { atMs: freed.atMonotonicMs, sentence: `the disk of redis on ${primary} has room again` };
      }),
    };
  },
};

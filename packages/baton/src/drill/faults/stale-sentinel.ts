// The Sentinel that clients ask first sleeps through a failover and wakes up naming the old primary, which
// is back at the same moment.
import { BatonError } from "../../errors.ts";
import { type Fault, once } from "../fault.ts";
import { together } from "../together.ts";

export const staleSentinel: Fault = {
  id: "stale-sentinel",
  summary:
    "SIGSTOP the first Sentinel, SIGKILL the primary; then both come back: nobody may be sent back.",
  needs: ["signals"],
  mark: { label: "killed", colour: "#d17a49" },
  silent: "sentinel",
  staleSince: "cure",
  isCureQuiet: true,
  async inject({ lab, primary }) {
    const [first] = lab.layout.sentinels;
    if (first === undefined)
      throw new BatonError("UNABLE", `lab ${lab.name}: its cluster file has no Sentinel`);
    await lab.stop(first.id, "sentinel");
    const { atMonotonicMs } = await lab.kill(primary, "redis");
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `kill -9 redis on ${primary}, the primary; the Sentinel on ${first.id} is frozen`,
      cure: once(async () => ({
        atMs: await together([lab.cont(first.id, "sentinel"), lab.start(primary, "redis")]),
        sentence: `the Sentinel on ${first.id} wakes, and redis on ${primary}, which it names, is back`,
      })),
    };
  },
};

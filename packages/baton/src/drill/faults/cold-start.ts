// The power of everything is gone and comes back: nobody is left to ask, only what the disks hold.
import { type Fault, once } from "../fault.ts";
import { together } from "../together.ts";

export const coldStart: Fault = {
  id: "cold-start",
  summary: "SIGKILL everything on all hosts, routers too, and start everything at the same moment.",
  needs: ["signals", "lab"],
  expects: "pause",
  mark: { label: "all killed", colour: "#4a4e57" },
  cureAfterMs: 1_000,
  async inject({ lab, primary }) {
    const all = lab.cluster.hosts.map(({ name }) => name);
    const atMs = await together(all.map((host) => lab.kill(host, "all")));
    return {
      atMs,
      host: primary,
      sentence: `kill -9 of everything on all ${all.length} hosts; the primary was on ${primary}`,
      cure: once(async () => ({
        atMs: await together(all.map((host) => lab.start(host, "all"))),
        sentence: "everything on all hosts started again, at the same moment",
      })),
    };
  },
};

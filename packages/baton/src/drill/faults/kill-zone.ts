// A data centre without power: every host of the primary's zone, whatever runs there.
import { type Fault, once } from "../fault.ts";
import { comesBack } from "../site.ts";
import { spoken, together } from "../together.ts";

export const killZone: Fault = {
  id: "kill-zone",
  summary: "SIGKILL everything on every host of the primary's zone; all is started again together.",
  needs: ["signals", "router-in-another-zone"],
  mark: { label: "zone killed", colour: "#8f2638" },
  staleSince: "cure",
  async inject({ lab, primary }) {
    const { hosts } = lab.cluster;
    const zone = hosts.find(({ name }) => name === primary)?.zone;
    const gone = hosts.filter((host) => host.zone === zone).map(({ name }) => name);
    const atMs = await together(gone.map((host) => lab.kill(host, "all")));
    return {
      atMs,
      host: primary,
      sentence: `kill -9 of everything on ${spoken(gone)}, zone ${zone} of the primary on ${primary}`,
      cure: once(async () => ({
        atMs: await together(gone.map((host) => lab.start(host, "all"))),
        sentence: `everything on ${spoken(gone)} started again, the old primary ${comesBack(lab)}`,
      })),
    };
  },
};

// As many Sentinels as a cluster can do without are gone already, and then its primary crashes.
import { BatonError } from "../../errors.ts";
import { type Fault, once } from "../fault.ts";
import { spoken, together } from "../together.ts";

export const killSentinelsAndPrimary: Fault = {
  id: "kill-sentinels-and-primary",
  summary: "SIGKILL the largest minority of the Sentinels, and then the primary: the others suffice.",
  needs: ["signals"],
  mark: { label: "killed", colour: "#b8455f" },
  staleSince: "cure",
  async inject({ lab, primary }) {
    const { sentinels } = lab.layout;
    const minority = Math.floor((sentinels.length - 1) / 2);
    const gone = sentinels.slice(0, minority).map(({ id }) => id);
    if (gone.length === 0) {
      const have = `lab ${lab.name} has ${sentinels.length}`;
      throw new BatonError("UNABLE", `a minority can be lost only of three Sentinels or more; ${have}`);
    }
    await together(gone.map((host) => lab.kill(host, "sentinel")));
    const { atMonotonicMs } = await lab.kill(primary, "redis");
    const sentence = `kill -9 redis on ${primary}, the primary, after the Sentinel on ${spoken(gone)}`;
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence,
      cure: once(async () => ({
        atMs: await together([
          lab.start(primary, "redis"),
          ...gone.map((host) => lab.start(host, "sentinel")),
        ]),
        sentence: `redis on ${primary} and the Sentinel on ${spoken(gone)} started again`,
      })),
    };
  },
};

// The load balancer's API, the name server, the store: away at the moment in which they are needed.
import { systemClock } from "../../sys/clock.ts";
import { type Fault, once } from "../fault.ts";
import { comesBack } from "../site.ts";
import { silence, targetServers, wake } from "../targets/silence.ts";
import { spoken } from "../together.ts";

export const targetDown: Fault = {
  id: "target-down",
  summary:
    "Freeze whatever serves the targets for a minute, and SIGKILL the primary: do they follow later?",
  needs: ["signals", "targets"],
  mark: { label: "targets down", colour: "#8a6fb0" },
  cureAfterMs: 60_000,
  async inject({ lab, group, primary }) {
    const servers = targetServers(lab.layout, group);
    silence(servers);
    const { atMonotonicMs } = await lab.kill(primary, "redis").catch((error: unknown) => {
      wake(servers);
      throw error;
    });
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `kill -9 redis on ${primary}, the primary; what serves ${spoken(servers.names)} is frozen`,
      cure: once(async () => {
        wake(servers);
        const atMs = systemClock.monotonicMs();
        await lab.start(primary, "redis");
        const sentence = `what serves the targets goes on; redis on ${primary} started again`;
        return { atMs, sentence: `${sentence}, ${comesBack(lab)}` };
      }),
    };
  },
};

// Replicas that have fallen behind when the primary dies: what is lost is what an rpo is about.
import { systemClock } from "../../sys/clock.ts";
import { type Fault, once } from "../fault.ts";
import { spoken, together } from "../together.ts";

/** Below the rpo of the cluster files that come with Baton, and far above what a network does. */
const LAG_MS = 2_000;

export const lagThenKill: Fault = {
  id: "lag-then-kill",
  summary: "Hold replication back for 2 s, then SIGKILL the primary: is more lost than the rpo allows?",
  needs: ["signals", "wires", "sentinels-apart"],
  mark: { label: "killed", colour: "#c05a7e" },
  staleSince: "cure",
  async inject({ lab, group, primary, signal }) {
    const nodes = lab.layout.groups.find(({ name }) => name === group)?.nodes ?? [];
    const replicas = nodes.map(({ host }) => host).filter((host) => host !== primary);
    // One way: what replicas acknowledge still arrives, so the primary finds nothing wrong with them. It
    // lasts until the cure, or the network would deliver what the dead primary never sent.
    await together(replicas.map((host) => lab.cut(primary, host, { oneWay: true })));
    await systemClock.sleep(LAG_MS, signal).catch(async (reason: unknown) => {
      await lab.heal();
      throw reason;
    });
    const { atMonotonicMs } = await lab.kill(primary, "redis");
    const behind = `${spoken(replicas)} had heard nothing for ${LAG_MS / 1000} s`;
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `kill -9 redis on ${primary}, the primary; ${behind}`,
      cure: once(async () => {
        await lab.heal();
        const started = await lab.start(primary, "redis");
        const sentence = `redis on ${primary} started again, with writes that nobody else has`;
        return { atMs: started.atMonotonicMs, sentence };
      }),
    };
  },
};

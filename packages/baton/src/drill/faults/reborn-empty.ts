// The primary's disk is gone, and its service starts at once, before anybody has missed it: as a primary
// without a single key, whose replicas would copy just that.
import { BatonError } from "../../errors.ts";
import { type Fault, type FaultInput, once } from "../fault.ts";
import { runSelf } from "../run-self.ts";

/** What `baton node-start` prints; a real host's service hands it to its Redis. */
const REPLICA = /^--replicaof (\S+) (\d+)/;

/** As the unit of a real host does: first the role, and then the server. */
async function startAsToldTo({ lab, group, primary, signal }: FaultInput) {
  const config = lab.redisConfigs.get(primary) ?? "";
  const where = ["--file", lab.clusterFile, "--host", primary, "--group", group, "--config", config];
  const said = await runSelf(lab, ["node-start", ...where], signal).printed;
  const [, address, port] = REPLICA.exec(said) ?? [];
  if (address === undefined || port === undefined || address === "no") {
    if (!said.startsWith("--replicaof no one"))
      throw new BatonError("UNABLE", `baton node-start names no role: ${said.trim()}`);
    const { atMonotonicMs } = await lab.start(primary, "redis");
    return { atMs: atMonotonicMs, sentence: `redis on ${primary} started again, empty, as primary` };
  }
  const following = { address, port: Number(port) };
  const { atMonotonicMs } = await lab.startReplica(primary, following);
  const sentence = `redis on ${primary} started again, empty, as a replica of ${address}:${port}`;
  return { atMs: atMonotonicMs, sentence };
}

export const rebornEmpty: Fault = {
  id: "reborn-empty",
  summary: "SIGKILL the primary, remove its data, and start it at once, as its service does on a host.",
  needs: ["signals", "lab"],
  mark: { label: "killed, emptied", colour: "#c4374f" },
  async inject(input) {
    const { lab, primary } = input;
    const { atMonotonicMs } = await lab.kill(primary, "redis");
    await lab.empty(primary);
    // It comes back by itself: the cure only waits for it.
    const reborn = startAsToldTo(input);
    reborn.catch(() => undefined);
    return {
      atMs: atMonotonicMs,
      host: primary,
      sentence: `kill -9 redis on ${primary}, the primary; its data is gone, and its service starts it`,
      cure: once(() => reborn),
    };
  },
};

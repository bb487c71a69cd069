// A network of its own for test hosts: a switch and one cable to each of them, all in network namespaces
// that exist for this run. Nothing is added to the machine's own network.
import { existsSync, readdirSync } from "node:fs";
import { identify, signalProcess } from "../../../../packages/baton/src/sys/processes.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { command, must } from "./command.ts";

/** Where `ip netns` keeps its names. */
const NAMES = "/run/netns";
const SWITCH = "switch";

export interface Network {
  /** The name of the namespace at the end of a cable. */
  namespace(end: string): string;
  /** Pulls the plug at the switch: neither side gets anything from the other. */
  cut(end: string): Promise<void>;
  heal(end: string): Promise<void>;
}

export interface CableEnd {
  readonly name: string;
  readonly address: string;
}

/** All namespaces are called `run`-something; the network has 256 addresses. */
export async function openNetwork(run: string, ends: readonly CableEnd[]): Promise<Network> {
  const namespace = (end: string): string => `${run}-${end}`;
  const inside = async (end: string, ...args: readonly string[]): Promise<void> => {
    await must(["ip", "-n", namespace(end), ...args]);
  };
  // Names of links have 15 characters at most: cables are numbered.
  const cable = (end: string): string => {
    const index = ends.findIndex(({ name }) => name === end);
    if (index < 0) throw new Error(`no cable leads to ${end}`);
    return `cable${index}`;
  };
  await must(["ip", "netns", "add", namespace(SWITCH)]);
  await inside(SWITCH, "link", "add", "bridge0", "type", "bridge");
  await inside(SWITCH, "link", "set", "bridge0", "up");
  for (const { name, address } of ends) {
    await must(["ip", "netns", "add", namespace(name)]);
    await inside(name, "link", "set", "lo", "up");
    const veth = ["type", "veth", "peer", "name", "host0", "netns", namespace(name)];
    await inside(SWITCH, "link", "add", "name", cable(name), ...veth);
    await inside(SWITCH, "link", "set", cable(name), "master", "bridge0", "up");
    await inside(name, "addr", "add", `${address}/24`, "dev", "host0");
    await inside(name, "link", "set", "host0", "up");
  }
  return {
    namespace,
    cut: async (end) => await inside(SWITCH, "link", "set", cable(end), "down"),
    heal: async (end) => await inside(SWITCH, "link", "set", cable(end), "up"),
  };
}

export function namespacesOf(run: string): readonly string[] {
  if (!existsSync(NAMES)) return [];
  return readdirSync(NAMES).filter((name) => name.startsWith(`${run}-`));
}

/** Kills what still runs in the namespaces of a run, and removes them with their links. */
export async function closeNetwork(run: string): Promise<void> {
  const look = async () => {
    for (const name of namespacesOf(run)) {
      const { stdout } = await command(["ip", "netns", "pids", name]);
      const identities = stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((pid) => identify(Number(pid)));
      for (const identity of identities) if (identity) signalProcess(identity, "SIGKILL");
      if (identities.length === 0) await command(["ip", "netns", "del", name]);
    }
    const left = namespacesOf(run);
    return left.length === 0 ? seen(undefined) : missing(`the end of ${left.join(", ")}`);
  };
  await waitFor("the namespaces of a run to be gone", look, { withinMs: 20_000, everyMs: 20 });
}

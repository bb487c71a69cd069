// Baton's routers as contestants, in processes of their own, and what this Baton's command can do.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { RouterPlan } from "../../packages/baton/src/cluster/types.ts";
import { selfCommand } from "../../packages/baton/src/lab/self.ts";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { seen } from "../../packages/baton/src/sys/wait.ts";
import type { OwnProcesses, Started } from "./own-processes.ts";

export interface Abilities {
  /** `baton router`: a router without an agent around it. */
  readonly hasCommand: boolean;
  /** `baton router --processes N`. */
  readonly hasProcesses: boolean;
}

const HELP_MS = 20_000;
const ROUTE_MS = 20_000;

/** From the command's own help: no version is asked for. */
export function routerAbilities(): Abilities {
  const [node, ...own] = selfCommand();
  try {
    const help = execFileSync(node, [...own, "router", "--help"], {
      encoding: "utf8",
      timeout: HELP_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    // To an unknown command the help of all commands is the answer.
    const hasCommand = /^Usage: baton router\b/m.test(help);
    return { hasCommand, hasProcesses: hasCommand && help.includes("--processes") };
  } catch {
    // Or an exit code of 2.
    return { hasCommand: false, hasProcesses: false };
  }
}

export interface RouterOptions {
  readonly id: string;
  readonly plan: RouterPlan;
  readonly clusterFile: string;
  readonly password: string;
  readonly processes: number;
  readonly abilities: Abilities;
  /** Put before the command: prlimit and its options. */
  readonly prefix: readonly string[];
}

/** Where there is no `baton router` yet, the agent of a host that runs nothing else is one. */
function commandOf({ plan, clusterFile, processes, abilities }: RouterOptions, state: string) {
  const where = ["--file", clusterFile, "--host", plan.host, "--state", state];
  if (!abilities.hasCommand) return ["agent", ...where];
  const many = abilities.hasProcesses ? ["--processes", String(processes)] : [];
  return ["router", ...where, ...many];
}

/**
 * Resolves when a client gets through to a primary.
 * @throws BatonError PROCESS_DIED, NOT_READY.
 */
export async function startRouter(
  own: OwnProcesses,
  options: RouterOptions,
  signal: AbortSignal,
): Promise<Started> {
  const { id, plan, password, prefix } = options;
  const args = commandOf(options, join(own.folder, `${id}-state`));
  const [first, ...others] = [...prefix, ...selfCommand(), ...args];
  const started = await own.start({ id, command: [first ?? process.execPath, ...others] });
  await own.untilListening(started, plan, signal);
  const { address, port } = plan;
  const door = openDoor({ address, port, password, connectMs: 2_000, commandMs: 2_000 });
  try {
    const look = async () => seen(await door.call(["SET", "baton:bench:ready", "yes"]));
    await own.until(started, { what: "a write through it", withinMs: ROUTE_MS, look }, signal);
  } finally {
    door.close();
  }
  return started;
}

// Starts a router from source in a process of its own, so that its memory and its event loop are nobody
// else's.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import type { RouterStats } from "../../../packages/baton/src/router/router.ts";
import { withBundle } from "./bundle.ts";
import type { FromRouterChild, RouterChildOptions } from "./router-child.ts";

export interface RouterProcess {
  readonly address: Endpoint;
  readonly pid: number;
  stats(): Promise<RouterStats>;
  /** By how many bytes its resident memory has been above what it was at the start, at the most so far. */
  grownBytesMax(): number;
  /** Whether it still runs. */
  readonly isAlive: boolean;
  close(): Promise<void>;
}

const CHILD = fileURLToPath(new URL("./router-child.ts", import.meta.url));

/** A line of the kernel's account of a process, in bytes: VmRSS is now, VmHWM the most so far. */
function memoryOf(pid: number, name: "VmRSS" | "VmHWM"): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(
    readFileSync(`/proc/${pid}/status`, "utf8"),
  );
  if (found === null) throw new Error(`process ${pid} has no ${name}`);
  return Number(found[1]) * 1024;
}

/** Its next message. @throws Error when it ends before. */
async function heardFrom(child: ChildProcess): Promise<FromRouterChild> {
  const over = new AbortController();
  const { signal } = over;
  const ended = async (): Promise<never> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit", { signal });
    throw new Error("the router's process has ended");
  };
  try {
    const message = once(child, "message", { signal }) as Promise<[FromRouterChild]>;
    return (await Promise.race([message, ended()]))[0];
  } finally {
    over.abort();
  }
}

async function launched(
  options: RouterChildOptions,
): Promise<{ readonly child: ChildProcess; readonly ready: FromRouterChild }> {
  return await withBundle(CHILD, async (file) => {
    const child = fork(file, [JSON.stringify(options)], { stdio: "inherit", execArgv: [] });
    return { child, ready: await heardFrom(child) };
  });
}

/** @throws Error when the sources cannot be bundled, or the process ends before it is ready. */
export async function startRouterProcess(options: RouterChildOptions): Promise<RouterProcess> {
  const { child, ready } = await launched(options);
  const { pid } = child;
  if (ready.kind !== "ready" || pid === undefined) throw new Error("the router's process said nothing");
  const startBytes = memoryOf(pid, "VmRSS");
  return {
    address: ready.address,
    pid,
    async stats() {
      child.send("figures");
      const message = await heardFrom(child);
      if (message.kind !== "figures") throw new Error(`figures were asked for, not ${message.kind}`);
      return message.stats;
    },
    grownBytesMax: () => memoryOf(pid, "VmHWM") - startBytes,
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}

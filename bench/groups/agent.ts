// One agent over many groups, as a process of its own: what it takes, and what it has to say.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { AgentPlan, Layout } from "../../packages/baton/src/cluster/types.ts";
import { selfCommand } from "../../packages/baton/src/lab/self.ts";
import type { Status } from "../../packages/baton/src/status/status.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { timeLimit } from "../../packages/baton/src/sys/time-limit.ts";
import { missing, seen } from "../../packages/baton/src/sys/wait.ts";
import type { OwnProcesses, Started } from "../router/own-processes.ts";
import { favour } from "./favour.ts";
import { parseMemory, parseStat } from "../router/usage.ts";

export interface RunningAgent {
  readonly started: Started;
  readonly url: string;
  /** From the start of the process to a confirmed route of every group. */
  readonly readyMs: number;
}

const READY_MS = 180_000;
const ANSWER_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

export async function fetched(url: string): Promise<Response> {
  return await fetch(url, { signal: timeLimit(ANSWER_MS) });
}

const isRouted = ({ route }: Status["groups"][number]): boolean =>
  route.kind === "primary" && route.confirmed;

/** @throws BatonError PROCESS_DIED, NOT_READY */
export async function startAgent(
  own: OwnProcesses,
  { id, address, port }: AgentPlan,
  clusterFile: string,
  signal: AbortSignal,
): Promise<RunningAgent> {
  const [node, ...program] = selfCommand();
  const where = ["--file", clusterFile, "--host", id, "--state", join(own.folder, "state")];
  const beganMs = systemClock.monotonicMs();
  const started = await own.start({ id: "agent", command: [node, ...program, "agent", ...where] });
  await favour(started.identity.pid);
  const url = `http://${address}:${port}`;
  let nextMs = 0;
  let lastSeen = missing("a first look");
  const look = async () => {
    // The state of a thousand groups is megabytes: an agent that is asked for it all the time does little
    // else.
    if (systemClock.monotonicMs() < nextMs) return lastSeen;
    nextMs = systemClock.monotonicMs() + LOOK_EVERY_MS;
    const ready = await fetched(`${url}/readyz`);
    if (ready.status !== 200) return (lastSeen = missing(`/readyz to say 200: it says ${ready.status}`));
    const { groups } = (await (await fetched(`${url}/status`)).json()) as Status;
    const routed = groups.filter(isRouted).length;
    if (routed === groups.length) return seen(routed);
    return (lastSeen = missing(`${routed} of ${groups.length} routed`));
  };
  await own.until(started, { what: "a route of every group", withinMs: READY_MS, look }, signal);
  return { started, url, readyMs: systemClock.monotonicMs() - beganMs };
}

export interface Footprint {
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly peakBytes: number;
}

export function footprintOf({ started }: RunningAgent): Footprint {
  const { pid } = started.identity;
  const { cpuMicros } = parseStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  return { cpuMicros, ...parseMemory(readFileSync(`/proc/${pid}/status`, "utf8")) };
}

/** Local and remote port and the inode of every established connection in the text of /proc/net/tcp. */
export function parseTcp(text: string): readonly { readonly port: number; readonly inode: string }[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, , remote = "", state, , , , , , inode] = line.trim().split(/\s+/);
      if (state !== "01" || inode === undefined) return [];
      return [{ port: Number.parseInt(remote.split(":")[1] ?? "", 16), inode }];
    });
}

export interface Connections {
  readonly toSentinels: number;
  readonly toNodes: number;
}

/** What the agent holds open to Sentinels and to nodes, as the kernel lists it. */
export function connectionsOf({ started }: RunningAgent, { groups, sentinels }: Layout): Connections {
  const folder = `/proc/${started.identity.pid}/fd`;
  const inodes = new Set(
    readdirSync(folder).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, fd)))?.slice(1) ?? [];
      } catch {
        // It was closed while we looked.
        return [];
      }
    }),
  );
  const own = parseTcp(readFileSync("/proc/net/tcp", "utf8")).filter(({ inode }) => inodes.has(inode));
  const count = (ports: ReadonlySet<number>) => own.filter(({ port }) => ports.has(port)).length;
  return {
    toSentinels: count(new Set(sentinels.map(({ port }) => port))),
    toNodes: count(new Set(groups.flatMap(({ nodes }) => nodes.map(({ port }) => port)))),
  };
}

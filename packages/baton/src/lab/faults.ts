// What can be done to a running lab: end, freeze and start processes, empty their data, cut and delay links.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BatonError } from "../errors.ts";
import { isStopped } from "../sys/processes.ts";
import type { Exit } from "../sys/processes-spawn.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { fillDisk, freeDisk } from "./disks.ts";
import { deathOf, type Fleet, type Moment, momentOf } from "./fleet.ts";
import type { LabPlan, Unit } from "./plan.ts";
import { firstDeaf } from "./readiness.ts";
import type { ProcessKind } from "./record.ts";
import type { SocketAddress } from "../sys/sockets.ts";
import { CLIENTS, type Wires } from "./wires.ts";

export const PROCESS_ACTIONS = ["kill", "terminate", "stop", "cont", "start"] as const;
export type ProcessAction = (typeof PROCESS_ACTIONS)[number];

/** What was done, one sentence a process or link, and when the first of it took effect. */
export interface Done extends Moment {
  readonly did: readonly string[];
}

export interface Grounds {
  readonly plan: LabPlan;
  readonly fleet: Fleet;
  readonly wires: Wires | undefined;
  /** Whether each node has a disk of its own. */
  readonly disks: boolean;
}

function unitsOn({ units }: LabPlan, host: string, kind: ProcessKind | "all"): readonly Unit[] {
  const there = units.filter((unit) => unit.host === host);
  if (there.length === 0) {
    const known = [...new Set(units.map((unit) => unit.host))].join(", ");
    throw new BatonError("USAGE", `no host ${host} in this lab; its hosts are ${known}`);
  }
  const meant = kind === "all" ? there : there.filter((unit) => unit.kind === kind);
  if (meant.length === 0) {
    const running = [...new Set(there.map((unit) => unit.kind))].join(", ");
    throw new BatonError("USAGE", `host ${host} has no ${kind}; it has ${running}`);
  }
  return meant;
}

/**
 * Waits until the process listens; a Redis that still loads its data counts.
 * @throws BatonError PROCESS_DIED, NOT_READY
 */
async function start(
  unit: Unit,
  { fleet, plan }: Grounds,
  primary?: SocketAddress,
): Promise<Moment | undefined> {
  if (fleet.identity(unit) !== undefined) return undefined;
  const { moment, exited } = await fleet.start(unit, primary);
  const died = new AbortController();
  const tell = async (exit: Exit) => died.abort(await deathOf(unit, exit, plan.directory));
  void exited.then(tell).catch((error: unknown) => died.abort(error));
  const look = async () => {
    const port = await firstDeaf(unit);
    return port === undefined ? seen(undefined) : missing(`${unit.id} on port ${port}`);
  };
  await waitFor(`${unit.id} to listen`, look, { withinMs: 20_000, everyMs: 20, signal: died.signal });
  return moment;
}

type Deed = (unit: Unit, grounds: Grounds) => Promise<Moment | undefined> | Moment | undefined;

/** Each yields undefined where it is so already. */
const DEEDS: Readonly<
  Record<ProcessAction, { readonly act: Deed; readonly done: string; readonly already: string }>
> = {
  kill: { act: (unit, { fleet }) => fleet.kill(unit), done: "was killed", already: "was not running" },
  terminate: {
    act: (unit, { fleet }) => fleet.terminate(unit),
    done: "was told to end, and did",
    already: "was not running",
  },
  stop: {
    act: (unit, { fleet }) => fleet.signal(unit, "SIGSTOP"),
    done: "is stopped",
    already: "is not running",
  },
  cont: {
    act: (unit, { fleet }) => fleet.signal(unit, "SIGCONT"),
    done: "goes on",
    already: "is not running",
  },
  start: { act: (unit, grounds) => start(unit, grounds), done: "was started", already: "runs already" },
};

/** Harmless twice: what is so already is said, and left. The moment is that of the first process. */
export async function actOnProcess(
  action: ProcessAction,
  { host, process }: { readonly host: string; readonly process: ProcessKind | "all" },
  grounds: Grounds,
): Promise<Done> {
  const { act, done, already } = DEEDS[action];
  const units = unitsOn(grounds.plan, host, process);
  // At the same time: a machine's processes die together.
  const moments = await Promise.all(units.map(async (unit) => await act(unit, grounds)));
  const did = units.map(({ id }, index) => `${id} ${moments[index] === undefined ? already : done}`);
  return { did, ...(moments.find((moment) => moment !== undefined) ?? momentOf()) };
}

/**
 * Starts the Redis of a host as a replica, whatever its file says: what `baton node-start` has found out
 * for it reaches it on its command line, as on a real host.
 */
export async function startReplica(
  { host, primary }: { readonly host: string; readonly primary: SocketAddress },
  grounds: Grounds,
): Promise<Done> {
  const units = unitsOn(grounds.plan, host, "redis");
  const moments = await Promise.all(units.map(async (unit) => await start(unit, grounds, primary)));
  const of = `as a replica of ${primary.address}:${primary.port}`;
  const did = units.map(({ id }) => `${id} was started ${of}`);
  return { did, ...(moments.find((moment) => moment !== undefined) ?? momentOf()) };
}

/**
 * Removes everything that the Redis of a host has kept, as a new disk would; its configuration stays.
 * @throws BatonError USAGE while it runs: it would go on with the files that it has open.
 */
export async function emptyData(host: string, { plan, fleet }: Grounds): Promise<Done> {
  const units = unitsOn(plan, host, "redis");
  const running = units.find((unit) => fleet.identity(unit) !== undefined);
  if (running !== undefined) {
    throw new BatonError("USAGE", `${running.id} runs: its data can be removed only while it does not`);
  }
  for (const { folder } of units) {
    const names = await readdir(folder);
    for (const name of names) await rm(join(folder, name), { recursive: true });
  }
  return { did: units.map(({ id }) => `${id} has no data any more`), ...momentOf() };
}

export const DISK_ACTIONS = ["fill", "free"] as const;

/**
 * Fills the disk of a host's Redis to the last byte, or gives the room back.
 * @throws BatonError UNABLE in a lab whose nodes are on the machine's own disk.
 */
export async function actOnDisk(
  action: (typeof DISK_ACTIONS)[number],
  host: string,
  { plan, disks }: Grounds,
): Promise<Done> {
  if (!disks) throw new BatonError("UNABLE", "the nodes of this lab are on the machine's own disk");
  const units = unitsOn(plan, host, "redis");
  for (const { folder } of units) await (action === "fill" ? fillDisk(folder) : freeDisk(folder));
  const state = action === "fill" ? "is full" : "has room again";
  return { did: units.map(({ id }) => `the disk of ${id} ${state}`), ...momentOf() };
}

function wiresBetween({ plan, wires }: Grounds, from: string, to: string): Wires {
  if (wires === undefined) {
    const message = "this lab was built without wires, so its links cannot be touched";
    throw new BatonError("UNABLE", `${message}: end it and build it again without --no-wires`);
  }
  const known = [...plan.layout.cluster.hosts.map(({ name }) => name), CLIENTS];
  for (const place of [from, to]) {
    if (known.includes(place)) continue;
    throw new BatonError("USAGE", `no host ${place} in this lab; links go between ${known.join(", ")}`);
  }
  if (from === to) throw new BatonError("USAGE", `a link needs two ends, and both are ${from}`);
  return wires;
}

export interface Ends {
  readonly from: string;
  readonly to: string;
}

export function cut({ from, to }: Ends, oneWay: boolean, grounds: Grounds): Done {
  const wires = wiresBetween(grounds, from, to);
  wires.set(from, to, { kind: "cut" });
  if (!oneWay) wires.set(to, from, { kind: "cut" });
  const moment = momentOf();
  return { did: [`nothing gets from ${from} to ${to}${oneWay ? "" : ", or back"}`], ...moment };
}

/** Both directions, each by `ms`: a round trip takes twice that. 0 opens the link again. */
export function delay({ from, to }: Ends, ms: number, grounds: Grounds): Done {
  const wires = wiresBetween(grounds, from, to);
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    wires.set(one, other, ms === 0 ? { kind: "open" } : { kind: "delayed", ms });
  }
  return { did: [`everything between ${from} and ${to} takes ${ms} ms each way`], ...momentOf() };
}

export function heal({ wires }: Grounds): Done {
  const did = (wires?.disturbed() ?? []).map(
    ({ from, to, state }) => `${from} to ${to} is no longer ${state.kind}`,
  );
  wires?.heal();
  const moment = momentOf();
  return { did: did.length === 0 ? ["no link was cut or delayed"] : did, ...moment };
}

/** What is not as it was built, one sentence each. */
export function disturbances({ plan, fleet, wires }: Grounds): readonly string[] {
  const stopped = plan.units.filter((unit) => {
    const identity = fleet.identity(unit);
    return identity !== undefined && isStopped(identity);
  });
  const links = (wires?.disturbed() ?? []).map(({ from, to, state }) =>
    state.kind === "delayed"
      ? `${from} to ${to} is delayed by ${state.ms} ms`
      : `${from} to ${to} is cut`,
  );
  return [...stopped.map(({ id }) => `${id} is stopped`), ...links];
}

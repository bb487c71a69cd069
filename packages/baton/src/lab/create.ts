// Makes a new lab: checks, room for it, addresses and a folder. Nothing is started here.
import { statfs } from "node:fs/promises";
import { layoutOf } from "../cluster/layout.ts";
import { clusterOrThrow } from "../cluster/load.ts";
import { readCluster } from "../cluster/read.ts";
import type { Cluster } from "../cluster/types.ts";
import { withAddresses, withoutNotices, withoutTargets } from "../cluster/write.ts";
import { assert, BatonError } from "../errors.ts";
import { systemClock } from "../sys/clock.ts";
import { identify } from "../sys/processes.ts";
import type { SocketAddress } from "../sys/sockets.ts";
import { defaultCluster } from "./default-cluster.ts";
import { fillFolder, makeFolder, removeUnfinished } from "./folder.ts";
import { labPaths, makeHome, RESERVED_FOLDERS } from "./home.ts";
import { claimNetwork, HOSTS_MAX } from "./network.ts";
import { addressesIn, placesOf, planLab } from "./plan.ts";
import type { LabRecord, ProcessRecord } from "./record.ts";
import { cleanDeadLabs, listLabs, removeLab, withRegistry } from "./registry.ts";
import { CLIENTS } from "./wires.ts";

export interface CreateOptions {
  readonly home: string;
  readonly name: string;
  /** What to build, as a file or as text; the default cluster without either. Addresses are replaced. */
  readonly clusterFile?: string | undefined;
  readonly clusterText?: string | undefined;
  readonly wires: boolean;
  readonly agents: boolean;
  readonly disks: boolean;
  /** Whether its agents serve the file's targets: those are the real ones, wherever the lab is. */
  readonly targets: boolean;
  /** Whether its agents tell people by the file's channels: those are the real ones, too. */
  readonly notify?: boolean;
  readonly keep: boolean;
  /** Absolute folder of the engine; the machine's own Redis without. */
  readonly engine?: string | undefined;
  readonly signal: AbortSignal;
}

export interface CreatedLab {
  readonly directory: string;
  /** To be called once the lab listens on its ports itself, or has given up. */
  readonly release: () => Promise<void>;
}

/** Room for append-only files, logs, and a snapshot for the first sync of each replica. */
const FREE_BYTES_MIN = 16 * 1024 * 1024;

async function readClusterOf({ clusterFile, clusterText }: CreateOptions): Promise<Cluster> {
  if (clusterText !== undefined) return clusterOrThrow(clusterText, clusterFile ?? "cluster.yml");
  if (clusterFile === undefined) return clusterOrThrow(defaultCluster, "the default cluster");
  return await readCluster(clusterFile);
}

function checkHosts({ hosts }: Cluster): void {
  if (hosts.length > HOSTS_MAX) {
    throw new BatonError(
      "UNABLE",
      `a lab has room for ${HOSTS_MAX} hosts, and the cluster file has ${hosts.length}`,
    );
  }
  const reserved = [...RESERVED_FOLDERS, CLIENTS];
  const taken = hosts.find(({ name }) => reserved.includes(name));
  if (taken === undefined) return;
  throw new BatonError(
    "UNABLE",
    `a lab uses the name ${taken.name} itself: give that host another name`,
  );
}

function checkMachine(): void {
  if (process.platform === "linux") return;
  const needs = "a lab needs Linux: it gives every host a loopback address of its own and reads /proc";
  throw new BatonError("UNABLE", `${needs}; this machine runs ${process.platform}`);
}

async function checkDisk(home: string): Promise<void> {
  const { bavail, bsize } = await statfs(home);
  const free = bavail * bsize;
  if (free >= FREE_BYTES_MIN) return;
  const message = `${home}: ${free} bytes are left on the disk, and a lab needs ${FREE_BYTES_MIN}`;
  throw new BatonError("DISK", message, { details: { free, needed: FREE_BYTES_MIN } });
}

/** Refuses a second lab of the name, and removes what a dead one of any name left. */
async function makeRoom({ home, name }: CreateOptions): Promise<ReadonlySet<string>> {
  await cleanDeadLabs(home, name);
  await makeHome(home);
  await removeUnfinished(home);
  const labs = await listLabs(home);
  const same = labs.find((lab) => lab.name === name && lab.lives);
  if (same !== undefined) {
    const owner = `its owner is process ${same.record?.owner.pid}`;
    throw new BatonError(
      "LAB_EXISTS",
      `a lab named ${name} already runs: ${owner}, its folder ${same.directory}`,
    );
  }
  return new Set(labs.flatMap(({ record }) => (record === undefined ? [] : [record.network])));
}

function recordFor(options: CreateOptions, network: string): LabRecord {
  const { name, wires, agents, disks, keep, engine = null } = options;
  const owner = identify(process.pid);
  assert(owner !== undefined, "this process has a line in /proc");
  const createdAt = new Date(systemClock.wallMs()).toISOString();
  const start = { version: 1, stage: "starting", owner, processes: [] as ProcessRecord[] } as const;
  return { ...start, name, createdAt, network, wires, agents, disks, keep, engine };
}

/** A failed write to a file system, in the words of a person. */
function asDiskError(error: unknown, directory: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  if (error instanceof BatonError || code === undefined || path === undefined) return error;
  const reason = code === "ENOSPC" ? "no space left on the disk" : code;
  return new BatonError("DISK", `${path}: ${reason}, while the lab in ${directory} was made`, {
    cause: error,
  });
}

/**
 * Makes the folder of a new lab, after cleaning up dead ones.
 * @throws BatonError CLUSTER_FILE, USAGE, UNABLE, LAB_EXISTS, PORT_BUSY, DISK; nothing is left then.
 */
export async function createLab(options: CreateOptions): Promise<CreatedLab> {
  const { home, name, signal } = options;
  checkMachine();
  const { directory } = labPaths(home, name);
  const asked = await readClusterOf(options);
  const led = options.targets ? asked : withoutTargets(asked);
  const cluster = options.notify === true ? led : withoutNotices(led);
  checkHosts(cluster);
  return await withRegistry(home, signal, async () => {
    const taken = await makeRoom(options);
    await checkDisk(home);
    const claim = await claimNetwork(taken, (network) => placesIn(network, cluster, options));
    try {
      await make(cluster, recordFor(options, claim.network), options);
      return { directory, release: claim.release };
    } catch (error) {
      await claim.release();
      throw asDiskError(error, directory);
    }
  });
}

function placesIn(network: string, cluster: Cluster, options: CreateOptions): readonly SocketAddress[] {
  const { home, name, wires, agents } = options;
  const { directory } = labPaths(home, name);
  const addresses = addressesIn(network, cluster.hosts);
  const layout = layoutOf(withAddresses(cluster, (host) => addresses.get(host) ?? ""));
  return placesOf(planLab({ directory, layout, network, wires, agents }));
}

async function make(
  cluster: Cluster,
  record: LabRecord,
  { home, signal }: CreateOptions,
): Promise<void> {
  const directory = await makeFolder(home, record);
  try {
    await fillFolder(directory, cluster, record);
    signal.throwIfAborted();
  } catch (error) {
    await removeLab(home, { directory, record });
    throw error;
  }
}

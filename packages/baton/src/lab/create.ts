// Makes a lab's folder: its addresses, passwords, cluster file and configurations. Nothing is started here.
import { chmod, mkdir, statfs, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { layoutOf } from "../cluster/layout.ts";
import { clusterOrThrow } from "../cluster/load.ts";
import { clusterToYaml, withAddresses, withSecrets } from "../cluster/write.ts";
import type { Cluster, Secrets } from "../cluster/types.ts";
import { assert, BatonError } from "../errors.ts";
import { renderers } from "../render/index.ts";
import { systemClock } from "../sys/clock.ts";
import { readTextFile } from "../sys/files.ts";
import { identify } from "../sys/processes.ts";
import { defaultCluster } from "./default-cluster.ts";
import { labPaths, makeHome, pathsIn, RESERVED_FOLDERS } from "./home.ts";
import { type Claim, claimNetwork, HOSTS_MAX } from "./network.ts";
import { addressesIn, type LabPlan, placesOf, planLab } from "./plan.ts";
import { type LabRecord, writeRecord } from "./record.ts";
import { cleanDeadLabs, listLabs, removeLab, withRegistry } from "./registry.ts";
import { makeSecrets } from "./secrets.ts";
import { CLIENTS } from "./wires.ts";

export interface CreateOptions {
  readonly home: string;
  readonly name: string;
  /** Cluster file to build; without it and without `clusterText` the default cluster. Its addresses are replaced. */
  readonly clusterFile?: string | undefined;
  readonly clusterText?: string | undefined;
  readonly wires: boolean;
  readonly agents: boolean;
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

export interface CreatedLab {
  readonly directory: string;
  /** Call it when the lab listens on its ports, or has given up: other labs may look for addresses again. */
  readonly release: () => Promise<void>;
}

/** Redis wants room for its append-only files, its logs and a snapshot for the first sync of each replica. */
const FREE_BYTES_MIN = 16 * 1024 * 1024;

async function readClusterOf({
  clusterFile,
  clusterText,
}: Pick<CreateOptions, "clusterFile" | "clusterText">) {
  if (clusterText !== undefined) return clusterOrThrow(clusterText, clusterFile ?? "cluster.yml");
  if (clusterFile !== undefined)
    return clusterOrThrow(await readTextFile(clusterFile, 256 * 1024), clusterFile);
  return clusterOrThrow(defaultCluster, "the default cluster");
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

async function writeFiles(plan: LabPlan, secrets: Secrets): Promise<void> {
  for (const unit of plan.units) await mkdir(unit.folder, { recursive: true, mode: 0o700 });
  for (const renderer of renderers) {
    for (const { path, mode, text } of renderer.files({
      layout: plan.layout,
      secrets,
      site: plan.site,
    })) {
      assert(path.startsWith(`${plan.directory}/`), `${renderer.id} writes inside the lab's folder`);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(path, text, { mode, flag: "wx" });
      await chmod(path, mode);
    }
  }
}

async function fill(
  directory: string,
  cluster: Cluster,
  network: string,
  options: CreateOptions,
): Promise<void> {
  const { name, wires, agents, keep } = options;
  const owner = identify(process.pid);
  assert(owner !== undefined, "this process has a line in /proc");
  await mkdir(directory, { mode: 0o700 });
  const createdAt = new Date(systemClock.wallMs()).toISOString();
  const record: LabRecord = {
    version: 1,
    name,
    createdAt,
    network,
    wires,
    agents,
    stage: "starting",
    keep,
    owner,
    processes: [],
  };
  await writeRecord(directory, record);
  const { references, secrets } = await makeSecrets(pathsIn(directory).secrets);
  const addresses = addressesIn(network, cluster.hosts);
  const placed = withAddresses(cluster, (host) => addresses.get(host) ?? "");
  const own = withSecrets(placed, references);
  await writeFile(pathsIn(directory).clusterFile, clusterToYaml(own), { mode: 0o600, flag: "wx" });
  await writeFiles(planLab({ directory, layout: layoutOf(own), network, wires, agents }), secrets);
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
 * @throws BatonError CLUSTER_FILE, USAGE, UNABLE, LAB_EXISTS, PORT_BUSY, DISK; then nothing is left behind.
 */
export async function createLab(options: CreateOptions): Promise<CreatedLab> {
  const { home, name, signal, wires, agents } = options;
  checkMachine();
  const { directory } = labPaths(home, name);
  const cluster = await readClusterOf(options);
  checkHosts(cluster);
  return await withRegistry(home, signal, async () => {
    const taken = await makeRoom(options);
    await makeHome(home);
    await checkDisk(home);
    const places = (network: string) => {
      const addresses = addressesIn(network, cluster.hosts);
      const layout = layoutOf(withAddresses(cluster, (host) => addresses.get(host) ?? ""));
      return placesOf(planLab({ directory, layout, network, wires, agents }));
    };
    let claim: Claim | undefined;
    try {
      claim = await claimNetwork(taken, places);
      await fill(directory, cluster, claim.network, options);
      signal.throwIfAborted();
      return { directory, release: claim.release };
    } catch (error) {
      await claim?.release();
      await removeLab(home, { directory, record: undefined });
      throw asDiskError(error, directory);
    }
  });
}

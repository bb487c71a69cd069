// The lab for code that uses it: start one in the background, or attach to one that runs.
import { resolve } from "node:path";
import { DEFAULT_LAB, labHome } from "./home.ts";
import { launchLab } from "./launch.ts";
import { findLab, listLabs } from "./registry.ts";
import { type LabHandle, openLab } from "./remote.ts";

export type { Done } from "./faults.ts";
export type { LabHandle } from "./remote.ts";
export type { LabStatus } from "./status.ts";

export interface StartOptions {
  /** "lab" by default. */
  readonly name?: string;
  /** What to build, as text or as a file; the default cluster without either. Addresses are replaced. */
  readonly clusterText?: string;
  readonly clusterFile?: string;
  /** Whether links can be cut and delayed. Without, nothing stands between a client and Redis. */
  readonly wires: boolean;
  /** True by default: hosts that run an agent or a router get one. */
  readonly agents?: boolean;
  /** False by default. True: its agents serve the file's targets, which are the real ones. */
  readonly targets?: boolean;
  /** False by default. True: its agents tell people by the file's channels, which are the real ones. */
  readonly notify?: boolean;
  /** False by default. True: each node has a small disk of its own, which can be filled; it takes root. */
  readonly disks?: boolean;
  /** Folder of another engine (scripts/engines.mjs); the machine's own Redis without. */
  readonly engine?: string;
  /** Leave the folder of a lab that cannot be put up. */
  readonly keep?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (line: string) => void;
  /** process.env by default. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Starts a lab with an owner of its own, which outlives this process, and resolves when it is ready.
 * @throws BatonError CLUSTER_FILE, USAGE, UNABLE, LAB_EXISTS, BINARY_MISSING, PORT_BUSY, PROCESS_DIED,
 *   DISK, NOT_READY, or INTERRUPTED when the signal was aborted. Then nothing is left running.
 */
export async function startLab(options: StartOptions): Promise<LabHandle> {
  const environment = options.environment ?? process.env;
  const home = labHome(environment);
  const name = options.name ?? DEFAULT_LAB;
  const { clusterText, clusterFile, engine, wires, signal } = options;
  await launchLab({
    home,
    name,
    clusterText,
    clusterFile: clusterFile === undefined ? undefined : resolve(clusterFile),
    wires,
    agents: options.agents ?? true,
    disks: options.disks ?? false,
    targets: options.targets ?? false,
    notify: options.notify ?? false,
    engine: engine === undefined ? undefined : resolve(engine),
    keep: options.keep ?? false,
    signal,
    environment,
    progress: options.onProgress ?? (() => undefined),
  });
  return await openLab(await findLab(home, name));
}

/** @throws BatonError LAB_UNKNOWN */
export async function attachLab(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<LabHandle> {
  return await openLab(await findLab(labHome(environment), name));
}

/** @throws BatonError LAB_UNKNOWN when no lab runs, USAGE when several do. */
export async function findOnlyLab(environment: NodeJS.ProcessEnv = process.env): Promise<LabHandle> {
  return await openLab(await findLab(labHome(environment), undefined));
}

/** Names of the labs that are up, in order; one that is still being started is not among them. */
export async function runningLabs(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly string[]> {
  const labs = await listLabs(labHome(environment));
  return labs.filter(({ lives, record }) => lives && record?.stage === "ready").map(({ name }) => name);
}

// A lab's folder in the making: there at once with its record, and then filled with what processes need.
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { layoutOf } from "../cluster/layout.ts";
import type { Cluster, Secrets } from "../cluster/types.ts";
import { clusterToYaml, withAddresses, withCertificates, withSecrets } from "../cluster/write.ts";
import { assert, BatonError } from "../errors.ts";
import { renderers } from "../render/index.ts";
import { makeCertificates } from "./certificates.ts";
import { mountDisks } from "./disks.ts";
import { labPaths, labsFolder, pathsIn } from "./home.ts";
import { addressesIn, type LabPlan, planLab } from "./plan.ts";
import { type LabRecord, writeRecord } from "./record.ts";
import { makeSecrets } from "./secrets.ts";

const UNFINISHED = ".making-";

/**
 * Makes the folder together with its record, so that a folder of ours can always be told from a folder
 * that somebody else keeps in the same place. Call it inside withRegistry.
 * @throws BatonError LAB_EXISTS when there is a folder of the name that is no lab.
 */
export async function makeFolder(home: string, record: LabRecord): Promise<string> {
  const { directory } = labPaths(home, record.name);
  const unfinished = await mkdtemp(join(labsFolder(home), UNFINISHED));
  try {
    await writeRecord(unfinished, record);
    await rename(unfinished, directory);
    return directory;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOTDIR") throw error;
    throw new BatonError("LAB_EXISTS", `${directory} is in the way: it exists, and is no lab`, {
      cause: error,
    });
  }
}

/** Removes what a command that was killed inside makeFolder left. Call it inside withRegistry. */
export async function removeUnfinished(home: string): Promise<void> {
  const names = await readdir(labsFolder(home));
  for (const name of names.filter((one) => one.startsWith(UNFINISHED))) {
    await rm(join(labsFolder(home), name), { recursive: true, force: true });
  }
}

/** A lab has certificates of its own, as it has passwords of its own: those of the file may not be here. */
async function certified(cluster: Cluster, directory: string): Promise<Cluster> {
  if (cluster.tls === undefined) return cluster;
  const addresses = cluster.hosts.map(({ address }) => address);
  return withCertificates(cluster, await makeCertificates(pathsIn(directory).tls, addresses));
}

/**
 * Writes passwords, certificates, the cluster file with the lab's own addresses, and every configuration.
 * @throws BatonError UNABLE where certificates are needed and cannot be made, or disks not mounted.
 */
export async function fillFolder(directory: string, cluster: Cluster, record: LabRecord): Promise<void> {
  const { network, wires, agents } = record;
  const { references, secrets } = await makeSecrets(pathsIn(directory).secrets);
  const addresses = addressesIn(network, cluster.hosts);
  const placed = withAddresses(cluster, (host) => addresses.get(host) ?? "");
  const own = withSecrets(await certified(placed, directory), references);
  await writeFile(pathsIn(directory).clusterFile, clusterToYaml(own), { mode: 0o600, flag: "wx" });
  const plan = planLab({ directory, layout: layoutOf(own), network, wires, agents });
  for (const { folder } of plan.units) await mkdir(folder, { recursive: true, mode: 0o700 });
  const nodes = plan.units.filter(({ kind }) => kind === "redis");
  if (record.disks) await mountDisks(nodes.map(({ folder }) => folder));
  await writeFiles(plan, secrets);
}

async function writeFiles({ layout, site, directory }: LabPlan, secrets: Secrets): Promise<void> {
  for (const renderer of renderers) {
    for (const { path, text } of renderer.files({ layout, secrets, site })) {
      assert(path.startsWith(`${directory}/`), `${renderer.id} writes inside the lab's folder`);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(path, text, { mode: 0o600, flag: "wx" });
    }
  }
}

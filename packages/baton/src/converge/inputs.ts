// What Baton's own processes read at their start, as one text: when it differs, they have to start anew.
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { pingPeriodSeconds } from "../cluster/shared-keys.ts";
import type { Cluster } from "../cluster/types.ts";
import { clusterToYaml } from "../cluster/write.ts";
import { BatonError } from "../errors.ts";
import { certificatesHash, hashOfFile } from "../node-start/certificates.ts";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";

const FILE = "started.json";
const schema = z.strictObject({ invocation: z.string(), inputs: z.string() });

/** Each deployed version lies in a folder of its own. */
const PROGRAM = fileURLToPath(new URL(".", import.meta.url));

/**
 * What Baton's own processes make of a cluster file: settings of Redis and the firewall are not for them, and
 * hosts out of service are nobody to them.
 */
function clusterRead(cluster: Cluster): string {
  const { firewall: _firewall, redisSettings, hosts, ...others } = cluster;
  const rest = { ...others, hosts: hosts.filter(({ runs }) => runs.length > 0) };
  const ping = String(pingPeriodSeconds(redisSettings));
  return createHash("sha256")
    .update(clusterToYaml({ ...rest, redisSettings: { "repl-ping-replica-period": ping } }))
    .digest("hex");
}

/** @throws BatonError DISK */
export async function inputsOf(clusterFile: string, cluster: Cluster): Promise<string> {
  const { secrets, tls } = cluster;
  const folder = dirname(clusterFile);
  const own = [secrets.agent, ...(secrets.token === undefined ? [] : [secrets.token])];
  const paths = own.flatMap((one) => (one.kind === "file" ? [resolve(folder, one.path)] : []));
  const hashes = await Promise.all(paths.map(hashOfFile));
  const certificates = await certificatesHash(tls, clusterFile);
  return JSON.stringify([PROGRAM, process.execPath, clusterRead(cluster), ...hashes, certificates]);
}

/** For `baton converge`, by the process itself: without it, the next deployment starts the process anew. */
export async function recordInputs(
  stateFolder: string,
  inputs: string,
  { environment, say }: { environment: NodeJS.ProcessEnv; say: (sentence: string) => void },
): Promise<void> {
  const invocation = environment["INVOCATION_ID"];
  // Not started by systemd: then nobody compares either.
  if (invocation === undefined) return;
  try {
    await writeFileAtomic(join(stateFolder, FILE), JSON.stringify({ invocation, inputs }));
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    // Whoever cannot write this down can still lead clients to the primary.
    say(`what it was started with is not written down: ${error.message}`);
  }
}

/** Undefined when this run of the unit has written none. @throws BatonError DISK */
export async function recordedInputs(
  stateFolder: string,
  invocation: string,
): Promise<string | undefined> {
  const text = await readTextFileIfThere(join(stateFolder, FILE));
  if (text === undefined) return undefined;
  try {
    const recorded = schema.parse(JSON.parse(text));
    return recorded.invocation === invocation ? recorded.inputs : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

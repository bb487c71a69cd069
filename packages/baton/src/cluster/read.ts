// The one place where a cluster file is read from disk.
import { BatonError } from "../errors.ts";
import { readTextFile } from "../sys/files.ts";
import { clusterOrThrow } from "./load.ts";
import type { Cluster } from "./types.ts";
import { FILE_BYTES_MAX } from "./yaml-source.ts";

/**
 * @throws BatonError CLUSTER_FILE: the file cannot be read, or a line for each of its problems. A file
 *   that is not there is a mistake of whoever named it, and no disk to clear.
 */
export async function readCluster(path: string): Promise<Cluster> {
  let text: string;
  try {
    text = await readTextFile(path, FILE_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    throw new BatonError("CLUSTER_FILE", error.message, { cause: error, details: error.details });
  }
  return clusterOrThrow(text, path);
}

// The example systems: folders below examples/ with a cluster file, an application and one command that
// runs it all.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../repo/run.ts";

export const examplesFolder = join(root, "examples");

export interface Example {
  readonly name: string;
  readonly clusterFile: string;
  /** Of the cluster file. */
  readonly text: string;
}

/** All of them, in the order of their names. */
export function examples(): readonly Example[] {
  const found = readdirSync(examplesFolder, { recursive: true, encoding: "utf8" });
  return found
    .filter((path) => path.endsWith("/cluster.yml"))
    .sort()
    .map((path) => {
      const clusterFile = join(examplesFolder, path);
      return { name: dirname(path), clusterFile, text: readFileSync(clusterFile, "utf8") };
    });
}

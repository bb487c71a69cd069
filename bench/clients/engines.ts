// Which engines the drills are played on: the machine's own, and those that scripts/engines.mjs has fetched.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Engine {
  readonly name: string;
  /** undefined: what is on the PATH. */
  readonly folder: string | undefined;
}

export const OWN_ENGINE: Engine = { name: "this machine's Redis", folder: undefined };

export async function fetchedEngines(): Promise<readonly Engine[]> {
  const script = join(process.cwd(), "scripts/engines.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--list"]);
  const rows = stdout.trim().split("\n");
  return rows.flatMap((row) => {
    const [name = "", folder = "", found = "absent"] = row.split("\t");
    return found === "absent" ? [] : [{ name, folder }];
  });
}

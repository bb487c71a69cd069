// A record of what each run has made, so that the next one can remove what a killed one left behind, and
// never what is somebody else's.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive, type ProcessIdentity } from "../../../../packages/baton/src/sys/processes.ts";
import { endGroups } from "./cgroups.ts";
import { unmountBelow } from "./mounts.ts";
import { closeNetwork } from "./network.ts";

export interface Run {
  /** Begins the name of every namespace. */
  readonly name: string;
  readonly owner: ProcessIdentity;
  /** Disks, keys and consoles. */
  readonly folder: string;
  /** Every control group that the run may have made. */
  readonly groups: readonly string[];
}

const RECORDS = join(tmpdir(), "baton-test-hosts.runs");
const record = ({ name }: Run): string => join(RECORDS, `${name}.json`);

/** Before anything of the run exists. */
export async function recordRun(run: Run): Promise<void> {
  await mkdir(RECORDS, { recursive: true, mode: 0o700 });
  await writeFile(record(run), JSON.stringify(run), { mode: 0o600 });
}

/** Where systemd-nspawn has a folder for each container, and removes it unless it is killed itself. */
const CONTAINERS = "/run/systemd/nspawn/propagate";

/** Ends everything of a run: processes by their control groups and namespaces, then mounts and files. */
export async function endRun(run: Run): Promise<void> {
  await endGroups(run.groups);
  for (const name of existsSync(CONTAINERS) ? await readdir(CONTAINERS) : []) {
    if (name.startsWith(`${run.name}-`))
      await rm(join(CONTAINERS, name), { recursive: true, force: true });
  }
  await closeNetwork(run.name);
  await unmountBelow(run.folder);
  await rm(run.folder, { recursive: true, force: true });
  await rm(record(run), { force: true });
}

/** Ends every recorded run whose process is gone. */
export async function endLeftovers(): Promise<void> {
  await mkdir(RECORDS, { recursive: true, mode: 0o700 });
  for (const name of await readdir(RECORDS)) {
    let run: Run;
    try {
      run = JSON.parse(await readFile(join(RECORDS, name), "utf8")) as Run;
    } catch {
      // Another run has just ended it, or is just writing its own.
      continue;
    }
    if (!isAlive(run.owner)) await endRun(run);
  }
}

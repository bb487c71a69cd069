// One control group for each host, in every hierarchy that is mounted: two inits in one group would end
// each other's services.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, signalProcess } from "../../../../packages/baton/src/sys/processes.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";

interface Mount {
  readonly type: string;
  readonly point: string;
  readonly options: readonly string[];
}

function cgroupMounts(): readonly Mount[] {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").trim().split("\n");
  return lines.flatMap((line) => {
    // "ID PARENT DEVICE ROOT POINT OPTIONS ... - TYPE SOURCE OPTIONS-OF-THE-FILE-SYSTEM"
    const [before = "", after = ""] = line.split(" - ");
    const [type = "", , options = ""] = after.split(" ");
    const point = before.split(" ")[4] ?? "";
    return type.startsWith("cgroup") ? [{ type, point, options: options.split(",") }] : [];
  });
}

/**
 * The groups in which this process is, one for each hierarchy: groups of hosts are made below them, so
 * that limits of this process are theirs too. Version 1, version 2 and both at once. Without cpuset, whose
 * new groups take no process before they are given processors; no systemd uses it.
 */
export function ownGroups(): readonly string[] {
  const mounts = cgroupMounts();
  const lines = readFileSync("/proc/self/cgroup", "utf8").trim().split("\n");
  return lines.flatMap((line) => {
    const [, controllers = "", ...rest] = line.split(":");
    if (controllers.split(",").includes("cpuset")) return [];
    const mount = mounts.find(({ type, options }) =>
      controllers === ""
        ? type === "cgroup2"
        : type === "cgroup" && controllers.split(",").every((name) => options.includes(name)),
    );
    if (mount === undefined) return [];
    const folder = join(mount.point, rest.join(":"));
    // In a container the path is that of the world outside, and the mount is the container's own part.
    return [existsSync(folder) ? folder : mount.point];
  });
}

/** Makes the group below each parent. @returns the folders. */
export function makeGroups(parents: readonly string[], name: string): readonly string[] {
  return parents.map((parent) => {
    const folder = join(parent, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  });
}

function subfolders(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    // Whoever was in it, or another run that tidies up, was faster.
    return [];
  }
}

/** Pids of all processes in the group and below it. */
export function pidsIn(folder: string): readonly number[] {
  let own = "";
  try {
    own = readFileSync(join(folder, "cgroup.procs"), "utf8");
  } catch {
    // There is no such group, and so nobody in it.
  }
  const pids = own
    .split("\n")
    .filter((line) => line !== "")
    .map(Number);
  return [...pids, ...subfolders(folder).flatMap(pidsIn)];
}

function removeGroup(folder: string): void {
  for (const below of subfolders(folder)) removeGroup(below);
  try {
    rmdirSync(folder);
  } catch {
    // Still in use for a moment, or gone: the caller looks whether it is there.
  }
}

/** Kills whoever is in the groups, and removes them. @throws BatonError NOT_READY after 20 s */
export async function endGroups(folders: readonly string[]): Promise<void> {
  const look = () => {
    for (const pid of new Set(folders.flatMap(pidsIn))) {
      const identity = identify(pid);
      if (identity !== undefined && isAlive(identity)) signalProcess(identity, "SIGKILL");
    }
    folders.forEach(removeGroup);
    const left = folders.filter((folder) => existsSync(folder));
    return left.length === 0 ? seen(undefined) : missing(`the end of ${left.join(", ")}`);
  };
  await waitFor("the control groups of a host to be gone", look, { withinMs: 20_000, everyMs: 20 });
}

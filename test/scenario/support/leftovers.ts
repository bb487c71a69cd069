// What a lab could leave behind on a machine: processes that name its home, ports on its addresses,
// files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";

/**
 * Command lines of all processes that name the folder, by pid; this process and its children's runners
 * excluded.
 */
export function processesNaming(folder: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
      if (line.includes(folder)) found.set(Number(entry), line);
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/**
 * Those that still run. A port is asked for by its process, because the next lab of this machine may have
 * taken the block of addresses already.
 */
export function stillRunning(pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => existsSync(`/proc/${pid}`));
}

/** "127.0.10.1:6379" for every port that is listened on, at addresses that begin with the prefix. */
export function listenersAt(prefix: string): readonly string[] {
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  const places = lines.flatMap((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    const [hexAddress = "", hexPort = ""] = (local ?? "").split(":");
    const bytes = hexAddress.match(/../g) ?? [];
    const address = bytes
      .toReversed()
      .map((byte) => Number.parseInt(byte, 16))
      .join(".");
    return state === "0A" ? [`${address}:${Number.parseInt(hexPort, 16)}`] : [];
  });
  return places.filter((place) => place.startsWith(prefix)).sort();
}

/** Paths of everything in the folder, relative to it. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder, { recursive: true });
}

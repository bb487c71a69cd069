// Which processes of this machine listen at an address or a socket's path, by the kernel's own tables.
// Linux only.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { identify, type ProcessIdentity } from "./processes.ts";

const LISTEN = "0A";

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").trim().split("\n").slice(1);
  } catch {
    // No such table: a kernel without IPv6.
    return [];
  }
}

/** `0100007F` is 127.0.0.1: each group of four bytes in the machine's own order. */
function addressFrom(hex: string): string {
  const groups = hex.match(/.{8}/g) ?? [];
  const bytes = groups.flatMap((group) => (group.match(/../g) ?? []).toReversed());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join(".");
  const isMapped = bytes.slice(0, 10).every((byte) => byte === "00") && bytes[10] === "FF";
  return isMapped ? numbers.slice(12).join(".") : bytes.join("").toLowerCase();
}

const isEverywhere = (address: string): boolean => /^0(\.0\.0\.0)?$|^0+$/.test(address);

/** Inodes of the sockets that listen there. */
function tcpInodes(address: string, port: number): readonly string[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap(linesOf).flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [hex = "", portHex = ""] = (fields[1] ?? "").split(":");
    if (fields[3] !== LISTEN || Number.parseInt(portHex, 16) !== port) return [];
    const own = addressFrom(hex);
    return own === address || isEverywhere(own) ? [fields[9] ?? ""] : [];
  });
}

/** The kernel keeps the name of the bind: HAProxy makes its sockets as `PATH.PID.tmp` and renames them. */
const isBoundAs = (bound: string | undefined, path: string): boolean =>
  bound === path || (bound?.startsWith(`${path}.`) === true && /\.\d+\.tmp$/.test(bound));

function unixInodes(path: string): readonly string[] {
  return linesOf("/proc/net/unix").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    return isBoundAs(fields[7], path) ? [fields[6] ?? ""] : [];
  });
}

function inodesAt(place: string): readonly string[] {
  if (place.startsWith("/")) return unixInodes(place);
  const at = place.lastIndexOf(":");
  return tcpInodes(place.slice(0, at).replaceAll(/[[\]]/g, ""), Number(place.slice(at + 1)));
}

function holds(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((name) => {
      try {
        return sockets.has(readlinkSync(`${folder}/${name}`));
      } catch {
        // It was closed while we looked.
        return false;
      }
    });
  } catch {
    // It ended, or is another user's.
    return false;
  }
}

/**
 * Every process of this user that listens at one of these places: `ADDRESS:PORT`, or a path. This process is
 * never among them.
 */
export function listenersAt(places: readonly string[]): readonly ProcessIdentity[] {
  const sockets = new Set(places.flatMap(inodesAt).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return [];
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.flatMap((pid) => {
    if (pid === process.pid || !holds(pid, sockets)) return [];
    const identity = identify(pid);
    return identity === undefined ? [] : [identity];
  });
}

// Processes as the kernel sees them: who is alive, who is meant by a pid, and how to end them for good.
import { accessSync, constants, readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BatonError } from "../errors.ts";
import { missing, seen, waitFor } from "./wait.ts";

/** A pid alone is used again by the kernel; with its start time it means one process of this boot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, from /proc/PID/stat. */
  readonly startTicks: number;
}

function statOf(pid: number): { readonly state: string; readonly startTicks: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    // ENOENT or ESRCH: there is no such process, which is the answer.
    return undefined;
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTicks: Number(fields[19]) };
}

/** The process behind a pid, a zombie included; undefined when there is none. Linux only: /proc. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  return stat === undefined ? undefined : { pid, startTicks: stat.startTicks };
}

/** False for a process that ended, for a zombie, and for a stranger that got the same pid later. */
export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = statOf(pid);
  return (
    stat !== undefined && stat.startTicks === startTicks && stat.state !== "Z" && stat.state !== "X"
  );
}

/** True while SIGSTOP holds the process. */
export function isStopped({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.startTicks === startTicks && stat.state === "T";
}

/** All living processes of this user whose command line fits, this process excluded. */
export function findProcesses(fits: (argv: readonly string[]) => boolean): ProcessIdentity[] {
  const found: ProcessIdentity[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) continue;
      const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (!fits(argv)) continue;
    } catch {
      // It ended while we looked.
      continue;
    }
    const identity = identify(pid);
    if (identity !== undefined && isAlive(identity)) found.push(identity);
  }
  return found;
}

/** Sends a signal to exactly this process. @returns false when it was gone already. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  return send(identity.pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/**
 * Kills processes and, where one leads a process group, the children it forked (a saving Redis has one),
 * and waits until the kernel has let go of them and of their ports. A stopped process dies of SIGKILL
 * too.
 * @throws BatonError NOT_READY when one is still there after 10 s, as with a disk that hangs.
 */
export async function endProcesses(identities: readonly ProcessIdentity[]): Promise<void> {
  for (const identity of identities) {
    if (!isAlive(identity)) continue;
    send(-identity.pid, "SIGKILL");
    send(identity.pid, "SIGKILL");
  }
  const look = () => {
    const left = identities.filter(isAlive).map(({ pid }) => pid);
    return left.length === 0 ? seen(undefined) : missing(`the end of process ${left.join(", ")}`);
  };
  await waitFor("killed processes to be gone", look, { withinMs: 10_000, everyMs: 10 });
}

/** The full path of a program on PATH. @throws BatonError BINARY_MISSING */
export function findBinary(name: string, path: string | undefined): string {
  for (const folder of (path ?? "").split(delimiter).filter((part) => part !== "")) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // Not in this folder: the next one may have it.
    }
  }
  throw new BatonError("BINARY_MISSING", `${name} is not on the PATH (${path ?? "which is not set"})`, {
    details: { binary: name },
  });
}

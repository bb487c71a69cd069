// Whether nginx runs with the file that lies there, as far as the kernel shows it: nginx itself has no way
// to be asked. When it takes a new configuration all its workers are born anew; one that has crashed is
// replaced with the old one, so that only the youth of all of them says something.
import { readFile } from "node:fs/promises";
import { systemClock } from "../../../sys/clock.ts";
import { identify } from "../../../sys/processes.ts";

/** A moment of this machine, by the clock that births of processes are counted with. */
export interface Moment {
  /** Of this boot; another after the next. */
  readonly boot: string;
  /** Hundredths of a second since then. */
  readonly ticks: number;
}

export type Workers =
  /** All that take connections were born after that moment. */
  | { readonly kind: "newer"; readonly master: number }
  /** At least one that takes connections is older than that. */
  | { readonly kind: "older"; readonly master: number }
  /** There is none that takes connections: nginx is just starting, or its workers cannot live. */
  | { readonly kind: "none"; readonly master: number }
  | { readonly kind: "absent"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

const TICKS_PER_SECOND = 100;

/** undefined without a Linux to ask, or where its clocks do not fit together, as in some containers. */
export async function momentNow(): Promise<Moment | undefined> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const uptime = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
    const ticks = Math.round(uptime * TICKS_PER_SECOND);
    const own = identify(process.pid)?.startTicks ?? Number.POSITIVE_INFINITY;
    return Number.isSafeInteger(ticks) && own <= ticks ? { boot, ticks } : undefined;
  } catch {
    // No such file: another system, or a /proc that shows less.
    return undefined;
  }
}

/**
 * The last moment before this one, as soon as it is over: whatever is born from now on is younger. A birth is
 * known to a hundredth of a second only, and nginx can be told and have its new workers within one.
 */
export async function momentBefore(signal: AbortSignal): Promise<Moment | undefined> {
  const before = await momentNow();
  if (before === undefined) return undefined;
  for (;;) {
    const now = await momentNow();
    if (now === undefined) return undefined;
    if (now.ticks > before.ticks) return { ...now, ticks: now.ticks - 1 };
    await systemClock.sleep(1, signal);
  }
}

/** nginx writes into its processes' command lines what they are. */
async function titleOf(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
  } catch {
    // It has ended, or is not ours to see.
    return "";
  }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.trim().split(" ").filter(Boolean).map(Number);
}

type Master = { readonly kind: "found"; readonly pid: number } | Exclude<Workers, { master: number }>;

/** Whether a process is there, even where this user sees nothing of it. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function masterIn(pidFile: string): Promise<Master> {
  let text: string;
  try {
    text = await readFile(pidFile, "utf8");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return {
      kind: code === "ENOENT" ? "absent" : "unknown",
      why: `${pidFile} cannot be read (${code})`,
    };
  }
  // `nginx -t` makes an empty one while nginx does not run.
  const pid = /^\d{1,9}\s*$/.test(text) ? Number(text) : 0;
  if (pid === 0) return { kind: "absent", why: `${pidFile} holds no process id` };
  const title = await titleOf(pid);
  if (title.startsWith("nginx: master process")) return { kind: "found", pid };
  const isHidden = title === "" && isThere(pid);
  if (isHidden)
    return { kind: "unknown", why: `process ${pid} of ${pidFile} cannot be seen by this user` };
  return { kind: "absent", why: `process ${pid} of ${pidFile} is no nginx` };
}

async function birthsOf(master: number): Promise<readonly number[]> {
  const births: number[] = [];
  for (const pid of await childrenOf(master)) {
    const title = await titleOf(pid);
    // One that is shutting down keeps its connections, and takes no new ones.
    if (!/^nginx: worker process(?! is shutting down)/.test(title)) continue;
    births.push(identify(pid)?.startTicks ?? 0);
  }
  return births;
}

/** `pidFile`: undefined where there is none to look into. Never rejects: what cannot be seen is unknown. */
export async function workersSince(
  pidFile: string | undefined,
  since: Moment | undefined,
): Promise<Workers> {
  if (pidFile === undefined) return { kind: "unknown", why: "it is given no pidFile" };
  const now = await momentNow();
  if (now === undefined) return { kind: "unknown", why: "this machine does not show its processes" };
  const found = await masterIn(pidFile);
  if (found.kind !== "found") return found;
  const { pid: master } = found;
  if (since === undefined) return { kind: "unknown", why: "the file does not say when it was written" };
  try {
    const births = await birthsOf(master);
    if (births.length === 0)
      return { kind: "unknown", why: `nginx (process ${master}) shows no worker` };
    const isNewer = since.boot !== now.boot || births.every((ticks) => ticks > since.ticks);
    return { kind: isNewer ? "newer" : "older", master };
  } catch {
    return { kind: "unknown", why: `the workers of nginx (process ${master}) cannot be seen` };
  }
}

/** For the end of a sentence about the file. */
export function workersSentence(workers: Workers): string {
  if (workers.kind === "newer") return `nginx (process ${workers.master}) runs with it`;
  if (workers.kind === "older") return `nginx (process ${workers.master}) still runs with what it had`;
  if (workers.kind === "none") return `nginx (process ${workers.master}) has no worker`;
  if (workers.kind === "absent") return `nginx does not run: ${workers.why}`;
  return `whether nginx runs with it is unknown: ${workers.why}`;
}

// A program of a drill as a process: started without a shell, its last words kept, ended for certain.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { BatonError } from "../../errors.ts";
import { slowness, systemClock } from "../../sys/clock.ts";
import { endProcesses, identify, type ProcessIdentity, signalProcess } from "../../sys/processes.ts";

export type ProgramCommand = readonly [string, ...string[]];

export interface Child {
  readonly streams: Pick<ChildProcessWithoutNullStreams, "stdin" | "stdout">;
  /** Resolves when the process has ended, with "exit code 7" or "SIGKILL"; never rejects. */
  readonly ended: Promise<string>;
  /** The end of what it wrote to its standard error, on one line. */
  lastWords(): string;
  /**
   * Waits `graceMs` for its end, then sends SIGTERM, waits again, and kills.
   * @returns the signal that was needed, undefined for none.
   */
  end(graceMs: number): Promise<"SIGTERM" | "SIGKILL" | undefined>;
}

const LAST_WORDS_CHARACTERS = 2_000;
/** For the last bytes of a process that has ended; a child of its own may keep the pipe open for ever. */
const DRAIN_MS = 200;

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such program",
  EACCES: "it may not be executed",
};

/** True when it came true within the time. */
async function within(ms: number, event: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const late = systemClock.sleep(ms * slowness(), over.signal).then(
    () => false,
    () => false,
  );
  const inTime = await Promise.race([event.then(() => true), late]);
  over.abort();
  return inTime;
}

async function spawned([program, ...args]: ProgramCommand, environment: NodeJS.ProcessEnv) {
  // A process group of its own: Ctrl-C is meant for the drill, which ends its clients itself.
  const child = spawn(program, args, { env: environment, detached: true, stdio: "pipe" });
  // At once: Node has not yet reaped the child, so even one that died at once has its line in /proc.
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    const why = SENTENCES[code] ?? String(cause);
    throw new BatonError("UNABLE", `${program} cannot be started: ${why}`, { cause });
  }
  // Later errors are failed signals, whose senders hear of them.
  child.on("error", () => undefined);
  return { child, identity };
}

/** @throws BatonError UNABLE when it cannot be started. */
export async function startChild(
  command: ProgramCommand,
  environment: NodeJS.ProcessEnv,
): Promise<Child> {
  const { child, identity } = await spawned(command, environment);
  let tail = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-LAST_WORDS_CHARACTERS);
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code ?? "unknown"}`));
  });
  const ended = exited.then(async (how) => {
    await within(DRAIN_MS, closed);
    return how;
  });
  return {
    streams: child,
    ended,
    lastWords: () => tail.trim().replaceAll(/\s+/g, " "),
    async end(graceMs) {
      const signal = await endedBy(identity, ended, graceMs);
      endGroup(child);
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      return signal;
    },
  };
}

/** What it forked and left behind goes with it. */
function endGroup({ pid }: { readonly pid?: number | undefined }): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // ESRCH: nobody is left in its group.
  }
}

async function endedBy(identity: ProcessIdentity | undefined, ended: Promise<string>, graceMs: number) {
  if ((await within(graceMs, ended)) || identity === undefined) return undefined;
  signalProcess(identity, "SIGTERM");
  if (await within(graceMs, ended)) return "SIGTERM" as const;
  await endProcesses([identity]);
  return "SIGKILL" as const;
}

// Starts a process that leads its own process group, so that a terminal's Ctrl-C does not reach it.
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { assert, BatonError } from "../errors.ts";
import { identify, type ProcessIdentity } from "./processes.ts";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Spawned {
  readonly identity: ProcessIdentity;
  readonly child: ChildProcess;
  /** Settles when the process has ended; never rejects. */
  readonly exited: Promise<Exit>;
}

export interface SpawnOptions {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output and error are appended here (0600). */
  readonly outputFile: string;
  /** Opens Node's message channel to a child that is Node too. */
  readonly withMessages?: boolean;
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such program",
  EACCES: "it may not be executed",
  ENOMEM: "there is no memory left for it",
  EAGAIN: "this user may start no further process",
};

/** @throws BatonError BINARY_MISSING or PROCESS_DIED when it cannot even begin; DISK for its output. */
export async function spawnLeader(options: SpawnOptions): Promise<Spawned> {
  const [file, ...args] = options.command;
  const output = openOutput(options.outputFile);
  const stdio: StdioOptions = [
    "ignore",
    output,
    output,
    ...(options.withMessages ? (["ipc"] as const) : []),
  ];
  try {
    const child = spawn(file, args, {
      cwd: options.folder,
      env: options.environment,
      detached: true,
      stdio,
    });
    const exited = new Promise<Exit>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    // At once: Node has not yet reaped the child, so even one that died at once has its line in /proc.
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    // Later errors are failed kills and messages, which their callers hear about themselves.
    child.on("error", () => undefined);
    assert(identity !== undefined, `a spawned process has a line in /proc (${file})`);
    return { identity, child, exited };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new BatonError(
      code === "ENOENT" || code === "EACCES" ? "BINARY_MISSING" : "PROCESS_DIED",
      `${file} cannot be started: ${SENTENCES[code] ?? String(error)}`,
      { cause: error, details: { binary: file } },
    );
  } finally {
    closeSync(output);
  }
}

function openOutput(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new BatonError("DISK", `${path}: cannot be opened for writing (${code})`, { cause: error });
  }
}

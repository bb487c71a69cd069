// Runs a program of the machine and keeps what it says; nothing runs without a deadline.
import { spawn } from "node:child_process";
import { slowness } from "../../../../packages/baton/src/sys/clock.ts";

export interface Done {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  /** Deadline in milliseconds, multiplied by SLOW; default 30 s. */
  readonly timeoutMs?: number;
  /** Default: that of this process, with the programs of root on the path. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
}

/** With the folders that only root has on the path. */
export const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;

export type Argv = readonly [string, ...string[]];

/** @throws Error when the program is missing, or has not ended at its deadline: then it is killed. */
export async function command(argv: Argv, options: CommandOptions = {}): Promise<Done> {
  const [program, ...args] = argv;
  const timeoutMs = (options.timeoutMs ?? 30_000) * slowness();
  // A group of its own: nsenter and `ip netns exec` are killed together with what they run.
  const child = spawn(program, args, {
    detached: true,
    env: options.environment ?? { ...process.env, PATH },
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // A program may end without having read its input: its status tells what matters.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, timeoutMs);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (isLate)
      throw new Error(`${argv.join(" ")} was killed after ${timeoutMs} ms:\n${stdout}${stderr}`);
    return { status, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** What it wrote to standard output. @throws Error with all that it said when its status is not 0. */
export async function must(argv: Argv, options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await command(argv, options);
  if (status === 0) return stdout;
  throw new Error(`${argv.join(" ")} exited with ${String(status)}:\n${stderr}${stdout}`);
}

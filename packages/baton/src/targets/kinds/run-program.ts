// Runs a program without a shell, keeps the end of what it says, and ends its whole process group when it
// takes too long.
import { type ChildProcess, spawn } from "node:child_process";
import { z } from "zod";
import { BatonError } from "../../errors.ts";

const ARGUMENTS_MAX = 64;
/** What is kept for a message; the rest is read and forgotten, so that the program is never blocked. */
const OUTPUT_CHARACTERS_MAX = 2_000;

export type Argv = readonly [string, ...string[]];

/** A program and its arguments, as a list in the cluster file. */
export const argv = () =>
  z
    .tuple([z.string().min(1)], z.string())
    .refine((words) => words.length <= ARGUMENTS_MAX, {
      error: `Expected at most ${ARGUMENTS_MAX} words`,
    })
    .refine((words) => words.every((word) => !word.includes("\0")), {
      error: "Expected words without a zero character",
    });

export interface Finished {
  /** Its exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  /** Empty, or the end of what it wrote with a colon in front, for the end of a sentence. */
  readonly output: string;
}

/** A program of a user gets no password that the agent itself was started with. */
export function environmentWith(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "USER", "LANG", "TZ"].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value]];
  });
  return { ...Object.fromEntries(kept), ...more };
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // ESRCH: the whole group has ended by itself.
  }
}

/**
 * Resolves when the program has ended. What it left running in the background goes on.
 * @throws BatonError BINARY_MISSING; the signal's reason when aborted, after its process group was killed.
 */
export async function runProgram(
  [program, ...args]: Argv,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Finished> {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    env: environmentWith(environment),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let tail = "";
  const keep = (text: string) => {
    tail = (tail + text).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const end = () => endGroup(child);
  signal.addEventListener("abort", end, { once: true });
  try {
    const code = await new Promise<Finished["code"]>((resolve, reject) => {
      child.once("error", reject);
      // Not `close`: a child in the background may keep the pipes open for ever.
      child.once("exit", (exit, by) => resolve(exit ?? by ?? "SIGKILL"));
    });
    signal.throwIfAborted();
    const said = tail.trim().replaceAll(/\s+/g, " ");
    return { code, output: said === "" ? "" : `: ${said}` };
  } catch (cause) {
    signal.throwIfAborted();
    const message = `${program} cannot be started: ${(cause as Error).message}`;
    throw new BatonError("BINARY_MISSING", message, { cause });
  } finally {
    signal.removeEventListener("abort", end);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

// Runs a program of the system without a shell and returns what it said, within a deadline and a size.
import { execFile } from "node:child_process";
import { BatonError } from "../errors.ts";

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_BYTES_MAX = 4 << 20;

export interface CommandOptions {
  /** Milliseconds. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** All that the program sees; default: this process' own. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * A status other than 0 is an answer.
 * @throws BatonError BINARY_MISSING, NOT_READY when it took too long or said too much; the signal's reason.
 */
export async function runCommand(
  [program, ...args]: readonly [string, ...string[]],
  { withinMs, signal, environment: env = process.env }: CommandOptions,
): Promise<Said> {
  signal.throwIfAborted();
  const options = {
    timeout: withinMs,
    killSignal: "SIGKILL",
    maxBuffer: OUTPUT_BYTES_MAX,
    env,
  } as const;
  return await new Promise((resolve, reject) => {
    const child = execFile(program, args, { ...options, signal }, (error, stdout, stderr) => {
      if (error === null) return resolve({ status: 0, stdout, stderr });
      if (signal.aborted) return reject(signal.reason);
      if (typeof error.code === "number") return resolve({ status: error.code, stdout, stderr });
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "EACCES") {
        const why = code === "ENOENT" ? "there is no such program" : "it must not be run";
        return reject(new BatonError("BINARY_MISSING", `${program}: ${why}`, { cause: error }));
      }
      const why =
        code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER"
          ? `it said more than ${OUTPUT_BYTES_MAX} bytes`
          : `no answer within ${withinMs} ms`;
      reject(new BatonError("NOT_READY", `${program}: ${why}`, { cause: error }));
    });
    child.stdin?.end();
  });
}

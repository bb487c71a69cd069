// Programs that an example starts: what they say, line by line, and their end, whatever happens to the
// example.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const GRACE_MS = 2_000;
const running = new Set();

/**
 * Runs until it ends or is stopped; `onLine` hears both of its outputs.
 * @returns ended: resolves with its exit code or its signal; stop: SIGTERM, and SIGKILL after 2 s
 */
export function startProgram([file, ...args], { environment = {}, onLine }) {
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", onLine);
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`it cannot be started: ${error.message}`));
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  const program = {
    ended,
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      await ended;
      clearTimeout(late);
    },
  };
  running.add(program);
  void ended.then(() => running.delete(program));
  return program;
}

/** Ends all that still run. */
export async function stopAll() {
  await Promise.all([...running].map((program) => program.stop()));
}

/** Runs to the end. An aborted one is stopped, and has an end of its own that is waited for. */
export async function runProgram(command, { environment, signal, onLine }) {
  signal?.throwIfAborted();
  const lines = [];
  const program = startProgram(command, {
    environment,
    onLine(line) {
      lines.push(line);
      onLine?.(line);
    },
  });
  const stop = () => void program.stop();
  signal?.addEventListener("abort", stop, { once: true });
  const code = await program.ended;
  signal?.removeEventListener("abort", stop);
  signal?.throwIfAborted();
  return { code, lines };
}

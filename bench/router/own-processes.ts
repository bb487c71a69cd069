// Every process that the benchmark starts itself, so that none outlives it, whatever way it ends.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatonError } from "../../packages/baton/src/errors.ts";
import { logTail } from "../../packages/baton/src/lab/logs.ts";
import { endProcesses, type ProcessIdentity } from "../../packages/baton/src/sys/processes.ts";
import { type Spawned, spawnLeader } from "../../packages/baton/src/sys/processes-spawn.ts";
import { canConnect, type SocketAddress } from "../../packages/baton/src/sys/sockets.ts";
import { type Look, missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";

export interface Started extends Spawned {
  readonly outputFile: string;
}

export interface StartInput {
  /** Names its output file; of one use. */
  readonly id: string;
  readonly command: readonly [string, ...string[]];
  /** Opens Node's message channel. */
  readonly withMessages?: boolean;
}

export interface Expectation {
  readonly what: string;
  readonly withinMs: number;
  readonly look: () => Promise<Look<unknown>>;
}

export interface OwnProcesses {
  /** In the temporary folder: configurations, output, states. */
  readonly folder: string;
  /** @throws BatonError BINARY_MISSING, PROCESS_DIED, DISK */
  start(input: StartInput): Promise<Started>;
  /** @throws BatonError PROCESS_DIED, NOT_READY: with its last words. */
  until(started: Started, expected: Expectation, signal: AbortSignal): Promise<void>;
  untilListening(started: Started, at: SocketAddress, signal: AbortSignal): Promise<void>;
  /** @throws BatonError NOT_READY for a process that SIGKILL does not end. */
  end(started: Started): Promise<void>;
  /** Ends what is left and removes the folder. */
  close(): Promise<void>;
}

const LISTEN_MS = 15_000;

async function lastWords(outputFile: string): Promise<string> {
  const tail = await logTail(outputFile, 12);
  return tail.length === 0 ? "it said nothing" : `it said:\n${tail.join("\n")}`;
}

async function until(
  { exited, outputFile }: Started,
  { what, withinMs, look }: Expectation,
  signal: AbortSignal,
): Promise<void> {
  let hasEnded = false;
  void exited.then(() => {
    hasEnded = true;
  });
  const lookAtBoth = async () => (hasEnded ? seen(undefined) : await look());
  try {
    await waitFor(what, lookAtBoth, { withinMs, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof BatonError)) throw error;
    throw new BatonError("NOT_READY", `${error.message}; ${await lastWords(outputFile)}`);
  }
  if (hasEnded)
    throw new BatonError("PROCESS_DIED", `it ended before ${what}; ${await lastWords(outputFile)}`);
}

export async function openOwnProcesses(): Promise<OwnProcesses> {
  const folder = await mkdtemp(join(tmpdir(), "baton-bench-"));
  const alive = new Set<ProcessIdentity>();
  // For a bug that ends this process: they lead process groups of their own, and nobody else knows them.
  const killAll = () => {
    for (const { pid } of alive) {
      try {
        process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  };
  process.once("exit", killAll);

  return {
    folder,
    until,
    async untilListening(started, at, signal) {
      const what = `somebody to listen at ${at.address}:${at.port}`;
      const look = async () => ((await canConnect(at, 500)) ? seen(true) : missing("a connection"));
      await until(started, { what, withinMs: LISTEN_MS, look }, signal);
    },
    async start({ id, command, withMessages = false }) {
      // HAProxy lives in /usr/sbin, which only root has on the path.
      const environment = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` };
      const outputFile = join(folder, `${id}.log`);
      const spawned = await spawnLeader({ command, folder, environment, outputFile, withMessages });
      alive.add(spawned.identity);
      void spawned.exited.then(() => alive.delete(spawned.identity));
      return { ...spawned, outputFile };
    },
    async end({ identity, exited }) {
      await endProcesses([identity]);
      await exited;
    },
    async close() {
      try {
        await endProcesses([...alive]);
      } finally {
        process.off("exit", killAll);
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

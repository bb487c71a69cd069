// Starts a lab whose owner runs in the background, and stays until it is ready or has failed.
import { BatonError } from "../errors.ts";
import { slowness } from "../sys/clock.ts";
import { endProcesses, isAlive, signalProcess } from "../sys/processes.ts";
import { type Spawned, spawnLeader } from "../sys/processes-spawn.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { errorFrom } from "./control.ts";
import { createLab, type CreateOptions } from "./create.ts";
import { pathsIn } from "./home.ts";
import { onOwnerMessage } from "./owner-channel.ts";
import { readRecord } from "./record.ts";
import { removeLab, withRegistry } from "./registry.ts";
import { logTail } from "./logs.ts";
import { selfCommand } from "./self.ts";
import { timeLimit } from "../sys/time-limit.ts";

/** The owner's own deadlines, 30 s for each of four steps, end earlier, unless it is frozen. */
const LAUNCH_MS = 150_000;

export interface LaunchOptions extends CreateOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

/**
 * @returns the lab's folder.
 * @throws what createLab and ownLab throw; INTERRUPTED when the signal was aborted. Nothing runs then.
 */
export async function launchLab(options: LaunchOptions): Promise<string> {
  try {
    return await launch(options);
  } catch (error) {
    const { signal } = options;
    if (!signal.aborted) throw error;
    throw new BatonError("INTERRUPTED", `stopped by ${String(signal.reason)}`, { cause: error });
  }
}

async function launch(options: LaunchOptions): Promise<string> {
  const { home, signal, environment, progress } = options;
  const { directory, release } = await createLab(options);
  let owner: Spawned | undefined;
  try {
    owner = await spawnLeader({
      command: [...selfCommand(), "lab", "own", "--directory", directory],
      folder: home,
      environment,
      outputFile: pathsIn(directory).ownerLog,
      withMessages: true,
    });
    signal.throwIfAborted();
    await untilReady(owner, { directory, signal, progress });
    return directory;
  } catch (error) {
    await giveUp(owner, home, directory);
    throw error;
  } finally {
    if (owner?.child.connected) owner.child.disconnect();
    owner?.child.unref();
    await release();
  }
}

interface Waiting {
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

async function untilReady(owner: Spawned, { directory, signal, progress }: Waiting): Promise<void> {
  const deadline = timeLimit(LAUNCH_MS * slowness());
  await new Promise<void>((resolve, reject) => {
    onOwnerMessage(owner.child, (message) => {
      if (message.kind === "progress") progress(message.line);
      else if (message.kind === "ready") resolve();
      else reject(errorFrom(message.error));
    });
    void owner.exited.then(async ({ code, signal: by }) => {
      // Its last message may still be on the way.
      if (owner.child.connected) await new Promise((gone) => owner.child.once("disconnect", gone));
      const tail = await logTail(pathsIn(directory).ownerLog, 12).catch(() => []);
      const how = by === null ? `with code ${code}` : `by ${by}`;
      reject(
        new BatonError(
          "PROCESS_DIED",
          `the lab's owner ended ${how} while starting:\n${tail.join("\n")}`,
        ),
      );
    });
    signal.addEventListener("abort", () => reject(signal.reason as unknown), { once: true });
    deadline.addEventListener("abort", () => {
      reject(
        new BatonError("NOT_READY", `the lab's owner said nothing for ${LAUNCH_MS * slowness()} ms`),
      );
    });
  });
}

/** The owner cleans up by itself; where it cannot, this does. */
async function giveUp(owner: Spawned | undefined, home: string, directory: string): Promise<void> {
  if (owner !== undefined) {
    signalProcess(owner.identity, "SIGTERM");
    const look = () => (isAlive(owner.identity) ? missing("its end") : seen(undefined));
    await waitFor("the lab's owner to clean up", look, { withinMs: 30_000 }).catch(() =>
      endProcesses([owner.identity]),
    );
  }
  await withRegistry(home, new AbortController().signal, async () => {
    const record = await readRecord(directory);
    if (record?.stage !== "kept") await removeLab(home, { directory, record });
  });
}

// The unix socket through which `baton notify`, called by a Sentinel on this host, wakes the agent.
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { serveLocal } from "../sys/unix-http.ts";

/** The Sentinel's user gets in by the socket's group; nobody can do more here than ask for a look. */
const SOCKET_MODE = 0o660;
export const WAKE_PATH = "/wake";

export interface WakeSocketOptions {
  /** In the state folder when undefined. */
  readonly wakeSocket: string | undefined;
  readonly stateDirectory: string;
  readonly say: (line: string) => void;
}

/**
 * A socket that cannot be opened is said and done without: a wake-up only saves the rest of a pause.
 * @returns its end.
 */
export async function openWakeSocket(
  { wakeSocket, stateDirectory, say }: WakeSocketOptions,
  wakeAll: () => void,
): Promise<() => Promise<void>> {
  const path = wakeSocket ?? join(stateDirectory, "wake.sock");
  try {
    // What a dead agent has left; a living one would hold the agent's HTTP port, which is taken first.
    await rm(path, { force: true });
    const server = await serveLocal(path, ({ method, path: asked }) => {
      if (method !== "POST" || asked !== WAKE_PATH) return Promise.resolve({ status: 404, body: null });
      wakeAll();
      return Promise.resolve({ status: 200, body: null });
    });
    await chmod(path, SOCKET_MODE);
    return () => server.close();
  } catch (error) {
    say(`no wake-up by \`baton notify\`: ${path}: ${(error as Error).message}`);
    return () => Promise.resolve();
  }
}

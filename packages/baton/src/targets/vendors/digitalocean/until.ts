// Looks again at what the cloud is doing until it is done: it sends no message.
import { systemClock } from "../../../sys/clock.ts";

const FIRST_MS = 200;
const LONGEST_MS = 3_000;

/**
 * Pauses grow, and vary: agents that wait for the same thing do not ask in step. Ends with the signal, which
 * every attempt has.
 */
export async function until<T>(look: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  for (let pauseMs = FIRST_MS; ; pauseMs = Math.min(LONGEST_MS, pauseMs * 1.6)) {
    const found = await look();
    if (found !== undefined) return found;
    await systemClock.sleep(pauseMs * (0.75 + Math.random() / 2), signal);
  }
}

// Waiting with an end: for work, and for a pause.

export class Deadline extends Error {}

/** Node's timers take no more; a longer time ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The work, or a Deadline after `ms` (Infinity: never) or on `signal`. When the time is over, the event loop
 * gets one more turn: after a stall of this process the reply may already lie in the socket, and timers run
 * before sockets are read. (That is why it is not cockatiel's timeout.)
 */
export async function beforeDeadline<T>(work: Promise<T>, ms: number, signal?: AbortSignal): Promise<T> {
  const finished = new AbortController();
  const deadline = new Promise<never>((_resolve, reject) => {
    const late = (): unknown => setImmediate(() => reject(new Deadline(`nothing within ${ms} ms`)));
    const timer = ms > LONGEST_MS ? undefined : setTimeout(late, ms);
    const options = { once: true, signal: finished.signal };
    const giveUp = (): void => reject(new Deadline("no longer wanted"));
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener("abort", giveUp, options);
    finished.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    finished.abort();
  }
}

/** Milliseconds that never go back. */
export const monotonicMs = (): number => performance.now();

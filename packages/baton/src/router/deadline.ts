// Deadlines that a stall of this process does not turn into verdicts about others.
import type { Clock } from "../sys/clock.ts";

/**
 * Runs once after `ms`, unless it is stopped before by calling what is returned. When the time is over,
 * the sockets get their turn first: after a stall of the event loop timers run before sockets are looked
 * at, and a connect that was answered long ago would be taken for one without an answer.
 */
export function after(clock: Clock, ms: number, run: () => void): () => void {
  const stopped = new AbortController();
  const runUnlessStopped = (): void => {
    if (!stopped.signal.aborted) run();
  };
  // A sleep rejects for one reason, that it was stopped: then there is nothing to do.
  clock.sleep(ms, stopped.signal).then(
    () => setImmediate(runUnlessStopped),
    () => undefined,
  );
  return () => stopped.abort();
}

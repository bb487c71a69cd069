// How long to pause before trying again, and pauses that good news ends.

export interface BackoffBounds {
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
}

/** Less is no pause for a server that has just refused. */
const FLOOR_MS = 10;

/**
 * Before the attempt of this number (the first attempt is 0 and has none): a random time up to twice as much
 * for every attempt, so that many clients of one primary do not come back at the same moment.
 */
export function pauseMs(
  attempt: number,
  { backoffMinMs, backoffMaxMs }: BackoffBounds,
  random: () => number = Math.random,
): number {
  const boundMs = Math.min(backoffMaxMs, backoffMinMs * 2 ** attempt);
  return Math.max(FLOOR_MS, Math.floor(random() * boundMs));
}

export interface News {
  /** Whoever pauses goes on, a few milliseconds apart from other processes that hear the same. */
  announce(): void;
  /** Ends after `ms`, earlier on news, at once on `signal`. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export function createNews(bounds: BackoffBounds): News {
  const paused = new Set<() => void>();
  return {
    announce() {
      for (const wake of paused) wake();
    },
    async pause(ms, signal) {
      if (signal.aborted) return;
      const finished = new AbortController();
      await new Promise<void>((resolve) => {
        const endMs = performance.now() + ms;
        let timer = setTimeout(resolve, ms);
        const wake = (): void => {
          paused.delete(wake);
          clearTimeout(timer);
          timer = setTimeout(resolve, Math.min(endMs - performance.now(), pauseMs(0, bounds)));
        };
        paused.add(wake);
        const options = { once: true, signal: finished.signal };
        signal.addEventListener("abort", () => resolve(), options);
        finished.signal.addEventListener("abort", () => {
          paused.delete(wake);
          clearTimeout(timer);
        });
      });
      finished.abort();
    },
  };
}

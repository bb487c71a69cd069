// Lets a waiting loop be woken; a wake that comes while it is busy is not lost.
import type { Clock } from "../sys/clock.ts";

export interface Wake {
  wake(): void;
  /**
   * Resolves after `ms`, or at once when somebody has woken it since the last wait.
   * @returns whether somebody has. @throws the signal's reason
   */
  wait(ms: number, signal: AbortSignal): Promise<boolean>;
}

export function openWake(clock: Clock): Wake {
  let isWoken = false;
  let interrupt: (() => void) | undefined;
  return {
    wake() {
      isWoken = true;
      interrupt?.();
    },
    async wait(ms, signal) {
      signal.throwIfAborted();
      if (!isWoken) {
        const woken = new AbortController();
        const end = () => woken.abort();
        interrupt = end;
        // Not AbortSignal.any: a signal that lives as long as the process remembers all that were made of it.
        signal.addEventListener("abort", end, { once: true });
        await clock.sleep(ms, woken.signal).catch(() => undefined);
        signal.removeEventListener("abort", end);
        interrupt = undefined;
      }
      const wasWoken = isWoken;
      isWoken = false;
      signal.throwIfAborted();
      return wasWoken;
    },
  };
}

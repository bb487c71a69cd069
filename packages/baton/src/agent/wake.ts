// Lets a waiting loop be woken; a wake that comes while it is busy is not lost.
import type { Clock } from "../sys/clock.ts";

export interface Wake {
  wake(): void;
  /**
   * Resolves after `ms`, or at once when somebody has woken it since the last wait. @throws the
   * signal's reason
   */
  wait(ms: number, signal: AbortSignal): Promise<void>;
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
        interrupt = () => woken.abort();
        await clock.sleep(ms, AbortSignal.any([woken.signal, signal])).catch(() => undefined);
        interrupt = undefined;
      }
      isWoken = false;
      signal.throwIfAborted();
    },
  };
}

// Asks silent nodes that may come back as yesterday's primary far more often than a turn would, and wakes
// the loop at the first answer.
import type { Door } from "../redis/door.ts";
import type { Clock } from "../sys/clock.ts";

/** A fence is promised within 250 ms of the node's first answer; this is the part that waiting takes. */
const EVERY_MS = 50;
/**
 * All of a process together: when a host with hundreds of primaries is lost, each of them is asked less
 * often, or asking for them would leave no time to lead clients to the new ones.
 */
const MS_A_SUSPECT = 0.5;

/** How many are asked at present, by all groups of a process. */
export interface SuspectCount {
  count: number;
}

export interface SuspectProber {
  /** Whom to ask from now on, by id of the node; none ends the asking. */
  watch(nodes: readonly string[]): void;
  close(): void;
}

export function openSuspectProber(options: {
  readonly doorOf: (node: string) => Door;
  readonly onAnswer: () => void;
  readonly clock: Clock;
  readonly all: SuspectCount;
}): SuspectProber {
  const { doorOf, onAnswer, clock, all } = options;
  const asking = new Map<string, AbortController>();

  async function ask(node: string, signal: AbortSignal): Promise<void> {
    const door = doorOf(node);
    all.count += 1;
    while (!signal.aborted) {
      // No answer is what is expected of it; the loop's own look tells why.
      const answered = await door.call(["ROLE"]).then(
        () => true,
        () => false,
      );
      if (answered) onAnswer();
      const everyMs = Math.max(EVERY_MS, all.count * MS_A_SUSPECT);
      await clock.sleep(everyMs, signal).catch(() => undefined);
    }
    all.count -= 1;
  }

  return {
    watch(nodes) {
      for (const [node, controller] of asking) {
        if (nodes.includes(node)) continue;
        controller.abort();
        asking.delete(node);
      }
      for (const node of nodes) {
        if (asking.has(node)) continue;
        const controller = new AbortController();
        asking.set(node, controller);
        void ask(node, controller.signal);
      }
    },
    close() {
      for (const controller of asking.values()) controller.abort();
      asking.clear();
    },
  };
}

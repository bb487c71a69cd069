// Several clients that each write one after the other, at a steady pace, until they are told to stop.
import { setMaxListeners } from "node:events";
import type { Clock } from "../../sys/clock.ts";
import type { Ledger } from "../ledger.ts";
import { outcomeOf, type WorkloadClient } from "./client.ts";

/** Each client writes about fifty times a second. */
export const PACE_MS = 20;
/** After an error a client tries again soon, as a busy application would, but never in a tight loop. */
const PACE_AFTER_ERROR_MS = 10;

export interface Workload {
  readonly clients: readonly WorkloadClient[];
  /**
   * Sends nothing more and waits for the calls under way, at most `withinMs`; what is open then
   * stays unknown.
   */
  stop(withinMs: number): Promise<void>;
}

export interface WorkloadOptions {
  readonly clients: readonly WorkloadClient[];
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly keyOf: (client: string) => string;
  /** From one write of a client to its next, unless the answer takes longer; 0 to 1000. */
  readonly paceMs: number;
}

export function startWorkload({ clients, ledger, clock, keyOf, paceMs }: WorkloadOptions): Workload {
  const stopping = new AbortController();
  // Every client waits on it.
  setMaxListeners(0, stopping.signal);

  async function run(client: WorkloadClient): Promise<void> {
    const key = keyOf(client.id);
    while (!stopping.signal.aborted) {
      const sentMs = clock.monotonicMs();
      const id = ledger.sent(client.id, sentMs);
      let pauseMs = paceMs;
      try {
        await client.write(key, id);
        ledger.settled(id, clock.monotonicMs(), { kind: "acknowledged" });
      } catch (error) {
        ledger.settled(id, clock.monotonicMs(), outcomeOf(error));
        pauseMs = PACE_AFTER_ERROR_MS;
      }
      const restMs = sentMs + pauseMs - clock.monotonicMs();
      // Without a pause asked for, waiting for the answer is what lets the others have their turn.
      if (pauseMs === 0) continue;
      await clock.sleep(Math.max(1, restMs), stopping.signal).catch(() => undefined);
    }
  }

  const running = clients.map((client) => run(client));
  return {
    clients,
    async stop(withinMs) {
      stopping.abort();
      await settledWithin(withinMs);
      // Closing rejects what is still open; those writes settle as unknown, and so they stay if a
      // library keeps silent.
      for (const client of clients) client.close();
      await settledWithin(1_000);
    },
  };

  async function settledWithin(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.all(running), clock.sleep(ms, over.signal).catch(() => undefined)]);
    over.abort();
  }
}

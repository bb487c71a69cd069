// Several clients that each write one after the other, at a steady pace, until they are told to stop.
import { setMaxListeners } from "node:events";
import type { Clock } from "../../sys/clock.ts";
import type { Ledger } from "../ledger.ts";
import type { WorkloadClient } from "./client.ts";
import { type Reader, startReader } from "./reads.ts";

/** Each client writes about fifty times a second. */
export const PACE_MS = 20;
/** After an error a client tries again soon, as a busy application would, but never in a tight loop. */
const PACE_AFTER_ERROR_MS = 10;

export interface Workload {
  readonly clients: readonly WorkloadClient[];
  /** By client; only those that were asked to read. */
  readonly readers: ReadonlyMap<string, Reader>;
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
  /** Also to read from a replica once a second, those that can. */
  readonly reads?: boolean;
}

export function startWorkload(options: WorkloadOptions): Workload {
  const { clients, ledger, clock, keyOf, paceMs, reads = false } = options;
  const readers = new Map<string, Reader>();
  for (const client of reads ? clients : []) {
    if (client.read !== undefined) readers.set(client.id, startReader(client.read, clock));
  }
  const stopping = new AbortController();
  // Every client waits on it.
  setMaxListeners(0, stopping.signal);

  async function run(client: WorkloadClient): Promise<void> {
    const key = keyOf(client.id);
    const reader = readers.get(client.id);
    while (!stopping.signal.aborted && client.isUsable?.() !== false) {
      const sentMs = clock.monotonicMs();
      const id = ledger.sent(client.id, sentMs);
      const outcome = await client.write(key, id);
      ledger.settled(id, clock.monotonicMs(), outcome);
      const isDone = outcome.kind === "acknowledged";
      const pauseMs = isDone ? paceMs : PACE_AFTER_ERROR_MS;
      if (isDone) await reader?.acknowledged();
      const restMs = sentMs + pauseMs - clock.monotonicMs();
      // Without a pause asked for, waiting for the answer is what lets the others have their turn.
      if (pauseMs === 0) continue;
      await clock.sleep(Math.max(1, restMs), stopping.signal).catch(() => undefined);
    }
  }

  const running = clients.map((client) => run(client));
  return {
    clients,
    readers,
    async stop(withinMs) {
      stopping.abort();
      await settledWithin(withinMs);
      // Closing rejects what is still open; those writes settle as unknown, and so they stay if a
      // library keeps silent.
      await Promise.all(
        clients.map(async (client) => {
          await client.close();
        }),
      );
      await settledWithin(1_000);
    },
  };

  async function settledWithin(ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([Promise.all(running), clock.sleep(ms, over.signal).catch(() => undefined)]);
    over.abort();
  }
}

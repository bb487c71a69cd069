// A ledger that also measures while it is written: gaps, errors and the rate, without reading it all again.
import { type Ledger, openLedger } from "../../packages/baton/src/drill/ledger.ts";
import type { Clock } from "../../packages/baton/src/sys/clock.ts";

/** The ledger ends a process that would write more than two million. */
const WRITES_MAX = 1_900_000;

export interface Stretch {
  /** Of each client: longest time between two acknowledged writes in a row, in ms. */
  readonly gapsMs: readonly number[];
  /** Writes that were not acknowledged, by class. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface Meter extends Ledger {
  /** A new stretch begins; a gap that is open at this moment counts from its last acknowledgement. */
  begin(): void;
  /** What has happened since the stretch began. */
  read(): Stretch;
  isFull(): boolean;
  /** Acknowledged writes in each full second so far. */
  perSecond(): readonly number[];
}

export function openMeter(clients: readonly string[], clock: Clock): Meter {
  const ledger = openLedger();
  const clientOf = new Map<number, string>();
  const lastMs = new Map<string, number>();
  const longestMs = new Map<string, number>();
  const seconds: number[] = [];
  const beganMs = clock.monotonicMs();
  let errors: Record<string, number> = {};
  let sent = 0;

  function acknowledged(client: string, atMs: number): void {
    const gapMs = atMs - (lastMs.get(client) ?? atMs);
    longestMs.set(client, Math.max(longestMs.get(client) ?? 0, gapMs));
    lastMs.set(client, atMs);
    const second = Math.floor((atMs - beganMs) / 1_000);
    while (seconds.length <= second) seconds.push(0);
    seconds[second] = (seconds[second] ?? 0) + 1;
  }

  return {
    ...ledger,
    sent(client, atMs) {
      const id = ledger.sent(client, atMs);
      clientOf.set(id, client);
      sent = id + 1;
      return id;
    },
    settled(id, atMs, outcome) {
      ledger.settled(id, atMs, outcome);
      const client = clientOf.get(id);
      clientOf.delete(id);
      if (outcome.kind !== "acknowledged") errors[outcome.error] = (errors[outcome.error] ?? 0) + 1;
      else if (client !== undefined) acknowledged(client, atMs);
    },
    begin() {
      longestMs.clear();
      errors = {};
    },
    read() {
      const nowMs = clock.monotonicMs();
      const gapOf = (client: string) =>
        Math.max(longestMs.get(client) ?? 0, nowMs - (lastMs.get(client) ?? beganMs));
      return { gapsMs: clients.map(gapOf), errors };
    },
    isFull: () => sent >= WRITES_MAX,
    perSecond: () => seconds.slice(0, -1),
  };
}

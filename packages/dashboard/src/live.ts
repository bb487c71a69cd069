// What the page knows, and how old that is. Pure: time comes in as an argument.
import type { JournalEntry, Status } from "./status.ts";

/** A page that shows an older look at the cluster than this says so. */
const STALE_AFTER_MS = 3000;

export interface Live {
  readonly status: Status | undefined;
  /** Monotonic milliseconds of the page when the newest look of the agent arrived here. */
  readonly freshAtMs: number | undefined;
  /** Why the last request for the status failed; undefined when it did not. */
  readonly trouble: string | undefined;
  readonly journal: readonly JournalEntry[];
  readonly journalTrouble: string | undefined;
}

export const beginning: Live = {
  status: undefined,
  freshAtMs: undefined,
  trouble: undefined,
  journal: [],
  journalTrouble: undefined,
};

/**
 * An answer is news only when it brings a later look at the cluster: an agent whose loop stands still
 * keeps answering with what it saw last. The times of agent and page are never compared, because their
 * clocks may differ.
 */
export function heardStatus(live: Live, status: Status, nowMs: number): Live {
  const isNews = live.status === undefined || live.status.at !== status.at;
  return { ...live, status, trouble: undefined, freshAtMs: isNews ? nowMs : live.freshAtMs };
}

export function missedStatus(live: Live, trouble: string): Live {
  return { ...live, trouble };
}

export function heardJournal(live: Live, journal: readonly JournalEntry[]): Live {
  return { ...live, journal, journalTrouble: undefined };
}

export function missedJournal(live: Live, journalTrouble: string): Live {
  return { ...live, journalTrouble };
}

export type Freshness =
  | { readonly kind: "waiting"; readonly sentence: string }
  | { readonly kind: "fresh" }
  | { readonly kind: "stale"; readonly ageMs: number; readonly sentence: string };

export function freshnessOf(live: Live, nowMs: number): Freshness {
  if (live.freshAtMs === undefined) {
    const why = live.trouble === undefined ? "" : `: ${live.trouble}`;
    return { kind: "waiting", sentence: `Waiting for the first answer of the agent${why}.` };
  }
  const ageMs = nowMs - live.freshAtMs;
  if (ageMs <= STALE_AFTER_MS) return { kind: "fresh" };
  const why =
    live.trouble === undefined
      ? "the agent answers, but has not looked at the cluster since"
      : `the agent does not answer: ${live.trouble}`;
  return { kind: "stale", ageMs, sentence: `This is ${Math.round(ageMs / 1000)} s old; ${why}.` };
}

// One entry of the journal, as a type and as it is read back from a line of a file.

export const ENTRY_KINDS = [
  "decision",
  "event",
  "done",
  "failed",
  "note",
  "fenced",
  "switchover",
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface JournalEntry {
  /** Counts from 1 within one journal, restarts included; gaps are possible, going back is not. */
  readonly id: number;
  /** UTC, ISO 8601, milliseconds. */
  readonly at: string;
  /** Monotonic milliseconds of the machine, to compare with other processes on it. */
  readonly monotonicMs: number;
  readonly kind: EntryKind;
  /** Empty for what concerns no group in particular. */
  readonly group: string;
  readonly sentence: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @returns undefined for what is no entry: the torn end of a crash, damage, somebody else's line. */
export function parseEntry(line: string): JournalEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { id, at, monotonicMs, kind, group, sentence, facts } = value;
  const known = ENTRY_KINDS.find((one) => one === kind);
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) return undefined;
  if (typeof at !== "string" || Number.isNaN(Date.parse(at))) return undefined;
  if (typeof monotonicMs !== "number" || known === undefined) return undefined;
  if (typeof group !== "string" || typeof sentence !== "string") return undefined;
  const entry = { id, at, monotonicMs, kind: known, group, sentence };
  return isRecord(facts) ? { ...entry, facts } : entry;
}

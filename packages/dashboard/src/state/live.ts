// What the page knows: the events of the agent, folded one by one. Pure: time comes in as an argument.
import type { GroupRow, Hello, Incident, JournalEntry, LiveEvent, Pulse } from "../wire/events.ts";
import type { GroupStatus } from "../wire/group.ts";

export type Connection =
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  | { readonly kind: "lost"; readonly reason: string };

export interface HeardGroup {
  readonly status: GroupStatus;
  /** Of the connection that brought it: what an earlier one brought may be old. */
  readonly session: number;
}

export interface Complaint {
  readonly kind: LiveEvent["kind"];
  readonly sentence: string;
}

export interface Live {
  readonly connection: Connection;
  /** Counts the connections that were opened. */
  readonly session: number;
  /** The groups that the present connection was asked for; undefined: as many as the agent tells unasked. */
  readonly wanted: string | undefined;
  readonly hello: Hello | undefined;
  /** Of the agent that the page was loaded from; another one later means an update. */
  readonly versionFirst: string | undefined;
  readonly rows: ReadonlyMap<string, GroupRow>;
  readonly areRowsWhole: boolean;
  readonly groups: ReadonlyMap<string, HeardGroup>;
  /** Oldest first, the newest 500. */
  readonly journal: readonly JournalEntry[];
  readonly incidents: ReadonlyMap<string, readonly Incident[]>;
  readonly pulse: { readonly said: Pulse; readonly heardAtMs: number } | undefined;
  /** What of the agent's words could not be read, until one of its kind can be. */
  readonly complaint: Complaint | undefined;
}

const JOURNAL_MAX = 500;
const GROUPS_MAX = 16;

export const beginning: Live = {
  connection: { kind: "opening" },
  session: 0,
  wanted: undefined,
  hello: undefined,
  versionFirst: undefined,
  rows: new Map(),
  areRowsWhole: false,
  groups: new Map(),
  journal: [],
  incidents: new Map(),
  pulse: undefined,
  complaint: undefined,
};

/** A connection stands. For another group than before, the journal of that one is no longer of interest. */
export function opened(live: Live, wanted: string | undefined): Live {
  const kept = live.wanted === wanted ? {} : { journal: [] };
  const session = live.session + 1;
  return { ...live, ...kept, wanted, session, connection: { kind: "open" }, complaint: undefined };
}

export function lost(live: Live, reason: string): Live {
  return { ...live, connection: { kind: "lost", reason } };
}

export function complained(live: Live, complaint: Complaint): Live {
  return { ...live, complaint };
}

/** With one more entry at the end of the map, and at most `countMax` of them: the oldest ones go. */
function withEntry<T>(map: ReadonlyMap<string, T>, [key, value]: [string, T], countMax: number) {
  const next = new Map(map);
  next.delete(key);
  next.set(key, value);
  for (const oldest of next.keys()) {
    if (next.size <= countMax) break;
    next.delete(oldest);
  }
  return next;
}

/** A new connection brings again what the last one brought: an entry is known by number and time together. */
function withJournal(
  journal: readonly JournalEntry[],
  entry: JournalEntry,
): readonly JournalEntry[] | undefined {
  const last = journal.at(-1);
  if (last === undefined || entry.at >= last.at) {
    const isKnown = journal.some(({ id, at }) => id === entry.id && at === entry.at);
    return isKnown ? undefined : [...journal.slice(1 - JOURNAL_MAX), entry];
  }
  if (journal.some(({ id, at }) => id === entry.id && at === entry.at)) return undefined;
  const after = journal.findIndex(({ at }) => at > entry.at);
  const merged = [...journal.slice(0, after), entry, ...journal.slice(after)];
  return merged.slice(-JOURNAL_MAX);
}

function withRows(live: Live, rows: readonly GroupRow[], isWhole: boolean): Live {
  const next = new Map(isWhole ? [] : live.rows);
  for (const row of rows) next.set(row.name, row);
  if (!isWhole) return { ...live, rows: next };
  const groups = new Map([...live.groups].filter(([name]) => next.has(name)));
  return { ...live, rows: next, areRowsWhole: true, groups };
}

/** What the page knows after an event that arrived at `nowMs`, monotonic milliseconds of the page. */
export function heard(live: Live, event: LiveEvent, nowMs: number): Live {
  const isMended = live.complaint?.kind === event.kind;
  return folded(isMended ? { ...live, complaint: undefined } : live, event, nowMs);
}

function folded(live: Live, event: LiveEvent, nowMs: number): Live {
  switch (event.kind) {
    case "hello": {
      const versionFirst = live.versionFirst ?? event.hello.version;
      return { ...live, hello: event.hello, versionFirst };
    }
    case "overview":
      return withRows(live, event.overview.rows, event.overview.isWhole);
    case "group": {
      const group: HeardGroup = { status: event.group, session: live.session };
      return { ...live, groups: withEntry(live.groups, [event.group.name, group], GROUPS_MAX) };
    }
    case "journal": {
      const journal = withJournal(live.journal, event.entry);
      return journal === undefined ? live : { ...live, journal };
    }
    case "incidents": {
      const { group, incidents } = event;
      return { ...live, incidents: withEntry(live.incidents, [group, incidents], GROUPS_MAX) };
    }
    case "pulse":
      return { ...live, pulse: { said: event.pulse, heardAtMs: nowMs } };
  }
}

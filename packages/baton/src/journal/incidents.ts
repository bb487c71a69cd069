// The flight recorder: what a journal's entries tell of failovers, switchovers and fences, each with its
// timeline. Pure.
import type { JournalEntry } from "./entry.ts";
import { type Sign, signOf } from "./signs.ts";

export interface Step {
  /** sdown, odown, elected, early, promoted, confirmed, `fenced NODE`, `target NAME`, healed, ... */
  readonly name: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  /** Milliseconds since the first sign, by the wall clock of whoever saw it. */
  readonly afterMs: number;
  readonly sentence: string;
}

export interface Incident {
  readonly kind: "failover" | "switchover" | "fence";
  readonly group: string;
  /** The epoch that it led to; null as long as there is none. */
  readonly epoch: number | null;
  /** Nodes; null where the journal does not tell. */
  readonly from: string | null;
  readonly to: string | null;
  /** `undone`: given up, and the primary is the one it was. `open`: the journal ends before it does. */
  readonly outcome: "done" | "open" | "undone";
  readonly startedAt: string;
  /** From the first sign to the confirmed route, of a fence to the fence; null when it is not done. */
  readonly durationMs: number | null;
  /** In the order of time; at most 64. */
  readonly steps: readonly Step[];
}

const INCIDENTS_MAX = 200;
const STEPS_MAX = 64;
/** What happens within this time after the last step still belongs to it: fences, targets. */
const TRAILING_MS = 60_000;
/** A suspicion of which nothing more was heard for so long has come to nothing. */
const STALE_MS = 600_000;

interface Draft {
  kind: Incident["kind"];
  readonly group: string;
  epoch: number | null;
  from: string | null;
  to: string | null;
  outcome: Incident["outcome"];
  doneAtMs: number | undefined;
  lastAtMs: number;
  /** The primary that the Sentinels' events are about; tells stragglers from the next failover. */
  old: string | undefined;
  attempt: string | undefined;
  readonly downBy: Set<string>;
  readonly steps: Map<string, { readonly atMs: number; readonly entry: JournalEntry }>;
}

interface GroupState {
  present: Draft | undefined;
  /** Of the last confirmed route. */
  known: { readonly node: string; readonly epoch: number } | undefined;
}

/** Steps that only a failover which really began has. */
const BEGUN = ["elected", "promoted", "early", "announced"];
const hasBegun = ({ kind, steps }: Draft): boolean =>
  kind === "switchover" || BEGUN.some((name) => steps.has(name));

export interface Incidents {
  /** In the order of the journal. @returns the group of which it tells something, if it does of one. */
  add(entry: JournalEntry): string | undefined;
  /** Oldest first, as many as are remembered. */
  list(): readonly Incident[];
  /** The newest `max` of one group, oldest first. */
  of(group: string, max: number): readonly Incident[];
}

/** Takes entries one by one, with memory for `max` incidents, 200 by default, however long the journal is. */
export function openIncidents(max = INCIDENTS_MAX): Incidents {
  const groups = new Map<string, GroupState>();
  let drafts: Draft[] = [];

  function begin(state: GroupState, sign: Sign, kind: Draft["kind"], atMs: number): Draft {
    const draft: Draft = {
      kind,
      group: sign.group,
      epoch: null,
      from: state.known?.node ?? null,
      to: null,
      outcome: "open",
      doneAtMs: undefined,
      lastAtMs: atMs,
      old: undefined,
      attempt: undefined,
      downBy: new Set(),
      steps: new Map(),
    };
    state.present = draft;
    drafts = [...drafts.slice(1 - max), draft];
    return draft;
  }

  function dropSuspicion(state: GroupState, draft: Draft): void {
    if (hasBegun(draft)) draft.outcome = "undone";
    else drafts = drafts.filter((one) => one !== draft);
    state.present = undefined;
  }

  function add(entry: JournalEntry): string | undefined {
    const sign = signOf(entry);
    if (sign === undefined) return undefined;
    const atMs = Date.parse(entry.at);
    const state = groups.get(sign.group) ?? { present: undefined, known: undefined };
    groups.set(sign.group, state);
    const { present } = state;
    if (present?.outcome === "open" && atMs - present.lastAtMs > STALE_MS) dropSuspicion(state, present);
    const draft = draftFor(state, sign, atMs, begin);
    if (draft !== undefined) {
      note(draft, sign, atMs, entry);
      const isOver = sign.kind === "event" && sign.name === "recovered" && draft.downBy.size === 0;
      if (isOver && draft.outcome === "open" && draft.kind === "failover") dropSuspicion(state, draft);
    }
    if (sign.kind === "route" && sign.name === "confirmed") state.known = sign;
    return sign.group;
  }

  return {
    add,
    list: () => drafts.map(incidentOf),
    of: (group, count) =>
      drafts
        .filter((draft) => draft.group === group)
        .slice(-count)
        .map(incidentOf),
  };
}

type Begin = (state: GroupState, sign: Sign, kind: Draft["kind"], atMs: number) => Draft;

/** The incident that a sign belongs to: the present one, a new one, or none. */
function draftFor(state: GroupState, sign: Sign, atMs: number, begin: Begin): Draft | undefined {
  const { present, known } = state;
  const isOpen = present?.outcome === "open";
  const isRecent = present !== undefined && atMs - present.lastAtMs <= TRAILING_MS;
  switch (sign.kind) {
    case "event": {
      if (isOpen || (present !== undefined && present.old === sign.old)) return present;
      const opens = sign.name === "sdown" || sign.name === "odown" || sign.name === "elected";
      if (opens) return begin(state, sign, "failover", atMs);
      return isRecent && present.kind === "switchover" ? present : undefined;
    }
    case "route": {
      const isNews = known !== undefined && sign.epoch > known.epoch;
      if (isOpen) {
        // After a restart nobody knows which epoch was before; a mere suspicion led to none.
        const isItsResult = known === undefined ? hasBegun(present) : isNews;
        return isItsResult || sign.name === "early" ? present : undefined;
      }
      if (present !== undefined && present.epoch !== null && sign.epoch <= present.epoch) return present;
      return isNews ? begin(state, sign, "failover", atMs) : undefined;
    }
    case "fenced":
      return isOpen || isRecent ? present : begin(state, sign, "fence", atMs);
    case "switchover": {
      const isSame = sign.attempt === undefined || present?.attempt === sign.attempt;
      const belongs = isOpen || (isRecent && present.kind === "switchover" && isSame);
      return belongs && (isSame || present.attempt === undefined)
        ? present
        : begin(state, sign, "switchover", atMs);
    }
    case "step":
      return sign.name === "healed" && isOpen ? undefined : present;
  }
}

function note(draft: Draft, sign: Sign, atMs: number, entry: JournalEntry): void {
  const isNew = !draft.steps.has(sign.name) && draft.steps.size < STEPS_MAX;
  const isSaid = sign.kind !== "event" || sign.name !== "recovered";
  const isTrailing = sign.kind !== "step" || sign.name !== "healed";
  if (isNew && isSaid) {
    draft.steps.set(sign.name, { atMs, entry });
    if (isTrailing) draft.lastAtMs = atMs;
  }
  switch (sign.kind) {
    case "event":
      draft.old ??= sign.old;
      if (sign.name === "sdown") draft.downBy.add(sign.sentinel);
      if (sign.name === "recovered") draft.downBy.delete(sign.sentinel);
      return;
    case "route":
      if (draft.epoch !== null && sign.epoch <= draft.epoch && draft.outcome === "done") return;
      draft.to = sign.node;
      draft.epoch = sign.epoch;
      if (sign.name === "confirmed") finish(draft, atMs, "done");
      return;
    case "fenced":
      if (draft.kind !== "fence" || draft.outcome !== "open") return;
      // From the node that was fenced to the primary that was known.
      draft.to = draft.from;
      draft.from = sign.node ?? null;
      finish(draft, atMs, "done");
      return;
    case "switchover":
      draft.kind = "switchover";
      draft.attempt ??= sign.attempt;
      draft.from = sign.from ?? draft.from;
      draft.to ??= sign.to ?? null;
      if (sign.outcome !== undefined) finish(draft, atMs, sign.outcome);
      return;
    case "step":
  }
}

function finish(draft: Draft, atMs: number, outcome: "done" | "undone"): void {
  if (draft.outcome !== "open") return;
  draft.outcome = outcome;
  draft.doneAtMs = atMs;
}

function incidentOf(draft: Draft): Incident {
  const { kind, group, epoch, from, to, outcome, doneAtMs } = draft;
  const steps = [...draft.steps].sort(([, one], [, other]) => one.atMs - other.atMs);
  const startMs = steps[0]?.[1].atMs ?? draft.lastAtMs;
  return {
    kind,
    group,
    // What was withdrawn has led to no epoch.
    epoch: outcome === "undone" ? null : epoch,
    from,
    to,
    outcome,
    startedAt: new Date(startMs).toISOString(),
    durationMs: outcome === "done" && doneAtMs !== undefined ? doneAtMs - startMs : null,
    steps: steps.map(([name, { atMs, entry }]) => {
      return { name, at: entry.at, afterMs: atMs - startMs, sentence: entry.sentence };
    }),
  };
}

/** What a journal's entries, in their order, tell. */
export function incidentsOf(entries: Iterable<JournalEntry>): readonly Incident[] {
  const incidents = openIncidents();
  for (const entry of entries) incidents.add(entry);
  return incidents.list();
}

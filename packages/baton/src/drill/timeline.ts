// The story of a drill in order: what broke, who noticed, who decided, when each client wrote
// again. Pure.
import type { Facts } from "./facts.ts";
import type { LedgerEntry, Stale, TimelineEntry } from "./types.ts";
import type { Seen } from "./watch.ts";

/** Said by several Sentinels within milliseconds: the first one is the news. */
const FIRST_ONLY = new Set([
  "+sdown",
  "+odown",
  "try-failover",
  "elected",
  "selected",
  "promoted",
  "confirmed",
]);

function fromSeen(seen: readonly Seen[], faultMs: number, cureMs: number): TimelineEntry[] {
  const told = new Set<string>();
  const entries: TimelineEntry[] = [];
  const inOrder = [...seen].sort((a, b) => a.monotonicMs - b.monotonicMs);
  for (const { monotonicMs, event, who, detail } of inOrder) {
    if (monotonicMs < faultMs) continue;
    const phase = monotonicMs < cureMs ? "outage" : "cure";
    const key = `${phase} ${event}`;
    if (FIRST_ONLY.has(event) && told.has(key)) continue;
    told.add(key);
    entries.push({ atMs: Math.round(monotonicMs - faultMs), event, who, detail });
  }
  return entries;
}

/** The first write after the fault that was acknowledged and survived, of every client. */
function firstWrites(
  entries: readonly LedgerEntry[],
  lost: (client: string) => ReadonlySet<number>,
): TimelineEntry[] {
  const first = new Map<string, TimelineEntry>();
  for (const { client, id, sentAtMs, settledAtMs, outcome } of entries) {
    if (sentAtMs < 0 || outcome.kind !== "acknowledged" || first.has(client) || lost(client).has(id))
      continue;
    const detail = `write ${id} acknowledged and still there at the end`;
    first.set(client, {
      atMs: Math.round(settledAtMs ?? sentAtMs),
      event: "first-write",
      who: client,
      detail,
    });
  }
  return [...first.values()];
}

export function timelineOf(facts: Facts, stale: Stale | null): readonly TimelineEntry[] {
  const answeredAtMs = stale?.answeredAtMs;
  const { injected, cure, ended, wholeMs, entries, audited, seen } = facts;
  const at = (ms: number) => Math.round(ms - injected.atMs);
  const empty: ReadonlySet<number> = new Set();
  const own: TimelineEntry[] = [{ atMs: 0, event: "fault", who: "drill", detail: injected.sentence }];
  if (ended !== undefined)
    own.push({ atMs: at(ended.atMs), event: "ended", who: "drill", detail: ended.sentence });
  if (cure !== undefined)
    own.push({ atMs: at(cure.atMs), event: "cure", who: "drill", detail: cure.sentence });
  if (cure !== undefined && typeof answeredAtMs === "number") {
    const detail = "its first reply after the cure";
    own.push({ atMs: answeredAtMs, event: "answered", who: injected.host, detail });
  }
  if (wholeMs !== undefined) {
    const detail = "one primary, every replica in sync, every Sentinel agrees";
    own.push({ atMs: at(wholeMs), event: "whole", who: "drill", detail });
  }
  const writes = firstWrites(entries, (client) => audited.byClient.get(client)?.lost ?? empty);
  return [
    ...own,
    ...fromSeen(seen, injected.atMs, cure?.atMs ?? Number.POSITIVE_INFINITY),
    ...writes,
  ].sort((a, b) => a.atMs - b.atMs);
}

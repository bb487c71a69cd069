// What of a drill fits on two pages of paper, whoever takes part and whatever happened. Pure.
import type { DrillResult, TimelineEntry } from "../types.ts";
import { byKind } from "./words.ts";

/** Clients and events share these. */
const ROWS = 24;
const CLIENT_ROWS = 16;
const KINDS_MAX = 14;
const KINDS_NAMED_MAX = 4;
const EVENTS_LEAST = 8;
const EVENTS_MOST = 18;

export interface ClientsOnPaper {
  readonly kinds: number;
  readonly ofKind: number;
  /** Each kind of several clients has a row for its name and one that counts those left out. */
  readonly isNamed: boolean;
  readonly rows: number;
}

export function clientsOnPaper(result: DrillResult): ClientsOnPaper {
  const all = byKind(result);
  const kinds = Math.min(KINDS_MAX, all.length);
  const isNamed = kinds <= KINDS_NAMED_MAX;
  const most = Math.floor(CLIENT_ROWS / Math.max(1, kinds)) - (isNamed ? 2 : 0);
  const ofKind = Math.max(1, most);
  const rowsOf = (clients: number) => {
    const shown = Math.min(clients, ofKind);
    if (clients <= 1 || !isNamed) return shown;
    return 1 + shown + (clients > shown ? 1 : 0);
  };
  const rows = all.slice(0, kinds).reduce((sum, { clients }) => sum + rowsOf(clients.length), 0);
  return { kinds, ofKind, isNamed, rows };
}

/** Without these the story has no end. */
const ALWAYS = new Set(["fault", "ended", "cure", "answered", "whole"]);

/**
 * What one process says right after another said it is no news, and the first write of each client stands in
 * the table of clients.
 */
export function eventsOnPaper(result: DrillResult): ReadonlySet<TimelineEntry> {
  const inOrder = [...result.timeline].sort((one, other) => one.atMs - other.atMs);
  const told = inOrder.filter(({ event }) => event !== "first-write");
  const news = told.filter(({ event }, index) => event !== told[index - 1]?.event);
  const most = Math.min(EVENTS_MOST, Math.max(EVENTS_LEAST, ROWS - clientsOnPaper(result).rows));
  const always = news.filter(({ event }) => ALWAYS.has(event));
  const others = news.filter(({ event }) => !ALWAYS.has(event));
  return new Set([...always, ...others].slice(0, most));
}

// Which values on a screen are news: what says something else than at the look before, for some seconds.
import type { Line } from "./spans.ts";

export interface Changes {
  /** By id. Undefined before the first look, after which nothing is news. */
  readonly values: ReadonlyMap<string, string> | undefined;
  /** Until when an id is marked. Monotonic milliseconds. */
  readonly untilMs: ReadonlyMap<string, number>;
}

export const noChanges: Changes = { values: undefined, untilMs: new Map() };

const MARKED_MS = 5_000;

/** What `lines` say beside what was said before. What is not there any more is forgotten. */
export function afterLines(before: Changes, lines: Iterable<Line>, nowMs: number): Changes {
  const values = new Map<string, string>();
  for (const line of lines) {
    for (const { id, text, value } of line) if (id !== undefined) values.set(id, value ?? text);
  }
  const untilMs = new Map<string, number>();
  for (const [id, value] of values) {
    const isNews = before.values !== undefined && before.values.get(id) !== value;
    const until = isNews ? nowMs + MARKED_MS : (before.untilMs.get(id) ?? 0);
    if (until > nowMs) untilMs.set(id, until);
  }
  return { values, untilMs };
}

/** Whether anything at all is news, has come or has gone. */
export function differ({ values: before }: Changes, { values: after }: Changes): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return before.size !== after.size || [...after].some(([id, value]) => before.get(id) !== value);
}

export const isNews = ({ untilMs }: Changes, id: string, nowMs: number): boolean =>
  (untilMs.get(id) ?? 0) > nowMs;

// What a screen shows is a pure function of a state, and the state one of what has happened: events in, lines
// out. Time and size are arguments.
import type { Key } from "../../sys/keys.ts";
import { clean, widthOf } from "../cells.ts";
import { type Pane, windowOf } from "../fold.ts";
import { type Line, painted, plain, type Paint, type Tone, widthOfLine } from "../spans.ts";
import type { LookEvent } from "./looks.ts";

export type ViewEvent = LookEvent | { readonly kind: "key"; readonly key: Key };

export interface Moment {
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  /** Cells a row may have. */
  readonly columns: number;
  readonly rows: number;
}

export interface View<State> {
  reduce(state: State, event: ViewEvent, moment: Moment): State;
  /** As many lines as there are rows, at most. */
  lines(state: State, moment: Moment): readonly string[];
  isOver(state: State): boolean;
}

export interface ViewOptions {
  readonly colour: boolean;
  /** False: nobody can press a key, and none is offered. */
  readonly hasKeys: boolean;
}

/** How a key moves what is seen of a list; undefined: it does not. */
export function moved(key: Key, from: number, page: number): number | undefined {
  const name = key.kind === "named" ? key.name : key.text;
  switch (name) {
    case "up":
    case "k":
      return from - 1;
    case "down":
    case "j":
      return from + 1;
    case "pageup":
      return from - page;
    case "pagedown":
    case " ":
      return from + page;
    case "home":
    case "g":
      return 0;
    case "end":
    case "G":
      return Number.MAX_SAFE_INTEGER;
    default:
      return undefined;
  }
}

/** The line of a text from which on it is seen after a key; undefined: the key does not scroll. */
export function scrolled(text: readonly Line[], from: number, key: Key, pane: Pane): number | undefined {
  const seen = windowOf(text, from, pane);
  const to = moved(key, seen.from, Math.max(1, seen.to - seen.from));
  return to === undefined ? undefined : windowOf(text, to, pane).from;
}

export const clamped = (index: number, count: number): number => Math.max(0, Math.min(index, count - 1));

/** Whether a key ends the whole command, wherever it is pressed. */
export const isInterrupt = (key: Key): boolean => key.kind === "named" && key.name === "interrupt";

/** Lines below each other, cut to the width, at most as many as there are rows. */
export function drawn(
  lines: readonly Line[],
  paint: Paint,
  { columns, rows }: Moment,
): readonly string[] {
  const isWhole = paint.isChosen === true;
  return lines.slice(0, rows).map((line) => {
    const text = painted(line, { ...paint, columns });
    return isWhole ? text : text.trimEnd();
  });
}

/** One piece at the left and one at the right edge: of several the first for which there is room, or none. */
export function edges(
  left: Line,
  rights: readonly string[],
  columns: number,
  tone: Tone = "faint",
): Line {
  const free = columns - widthOfLine(left);
  const fits = (text: string) => widthOf(clean(text)) + (left.length === 0 ? 0 : 2) <= free;
  const text = rights.find(fits);
  if (text === undefined) return left;
  return [...left, plain(" ".repeat(free - widthOf(clean(text)))), { text, tone }];
}

/** "lines 3 to 20 of 31, 11 more", or nothing when all are seen. */
export function windowText(
  what: string,
  { from, to }: { readonly from: number; readonly to: number },
  count: number,
): string {
  if (from === 0 && to >= count) return "";
  const below = to < count ? `, ${count - to} more` : "";
  return `${what} ${from + 1} to ${to} of ${count}${below}`;
}

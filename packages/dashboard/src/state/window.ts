// Which rows of a long list are drawn: those in view and some around them, so that a thousand cost no more
// than thirty.

export interface Viewport {
  /** Where the list begins, relative to the top of what is seen; negative when it is scrolled past. */
  readonly listTopPx: number;
  readonly heightPx: number;
}

export interface RowWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

const AROUND = 6;

/** Always within the list, and never empty as long as the list is not. */
export function rowWindow(count: number, rowPx: number, { listTopPx, heightPx }: Viewport): RowWindow {
  if (count <= 0) return { first: 0, end: 0 };
  const atPx = (px: number) => Math.floor(px / rowPx);
  const top = Math.min(count - 1, Math.max(0, atPx(-listTopPx)));
  const bottom = Math.min(count - 1, Math.max(top, atPx(heightPx - listTopPx)));
  return { first: Math.max(0, top - AROUND), end: Math.min(count, bottom + AROUND + 1) };
}

export type Move = "up" | "down" | "first" | "last" | "page-up" | "page-down";

const MOVES: Readonly<Record<string, Move>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
  PageUp: "page-up",
  PageDown: "page-down",
};

export const moveOf = (key: string): Move | undefined =>
  Object.hasOwn(MOVES, key) ? MOVES[key] : undefined;

/** The row that a key leads to, from none (-1) or another. */
export function moved(from: number, move: Move, count: number, page: number): number {
  const to = {
    up: from - 1,
    down: from + 1,
    first: 0,
    last: count - 1,
    "page-up": from - page,
    "page-down": from + page,
  }[move];
  return Math.min(count - 1, Math.max(0, to));
}

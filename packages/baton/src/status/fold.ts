// Lines that are too long for a screen, broken at blanks: what is cut off might be the word that matters.
import { beginning, clean, widthOf } from "./cells.ts";
import { type Line, plain, type Span, widthOfLine } from "./spans.ts";

/** Where the text behind a label begins. */
const INDENT = 11;

/** A piece that is no longer stays together, as "lag 240 B" in a table. */
const TOGETHER = 24;

/** Short pieces whole, of others the words and the blanks between them; none wider than `cells`. */
function* pieces(line: Line, cells: number): Iterable<Span> {
  for (const span of line) {
    const text = clean(span.text);
    const isWhole = widthOf(text) <= Math.min(cells, TOGETHER);
    for (const word of isWhole ? [text] : (text.match(/ +|[^ ]+/g) ?? [])) {
      let rest = word;
      while (rest !== "") {
        // A character of two cells in a column of one would never fit.
        const part = beginning(rest, cells) || rest;
        yield { ...span, text: part };
        rest = rest.slice(part.length);
      }
    }
  }
}

/** The line itself where it fits, else several, the later ones indented. */
export function folded(line: Line, columns: number): readonly Line[] {
  if (widthOfLine(line) <= columns) return [line];
  const indent = Math.min(INDENT, Math.floor(columns / 4));
  const lines: Span[][] = [[]];
  let left = columns;
  for (const piece of pieces(line, Math.max(1, columns - indent))) {
    const cells = widthOf(piece.text);
    if (cells > left) {
      lines.push([plain(" ".repeat(indent))]);
      left = columns - indent;
      // Blanks at which a line was broken are not seen.
      const text = piece.text.replace(/^ +/, "");
      if (text !== "") lines.at(-1)?.push({ ...piece, text });
      left -= widthOf(text);
    } else {
      lines.at(-1)?.push(piece);
      left -= cells;
    }
  }
  return lines;
}

/** What is seen of a long text. */
export interface Window {
  /** Folded, at most as many as the height. */
  readonly lines: readonly Line[];
  /** Indices of the first line of the text that is seen, and behind the last. */
  readonly from: number;
  readonly to: number;
}

export interface Pane {
  readonly columns: number;
  readonly height: number;
}

/** From where on the rest of the text fills the pane, and no more. */
function lastFrom(text: readonly Line[], { columns, height }: Pane): number {
  let left = height;
  let from = text.length;
  while (from > 0) {
    left -= folded(text[from - 1] ?? [], columns).length;
    if (left < 0) break;
    from -= 1;
  }
  return Math.min(from, Math.max(0, text.length - 1));
}

/** What is seen from a line on, or from an earlier one when the end is near. Only that much is folded. */
export function windowOf(text: readonly Line[], wanted: number, pane: Pane): Window {
  const from = Math.max(0, Math.min(wanted, lastFrom(text, pane)));
  const lines: Line[] = [];
  let to = from;
  while (to < text.length && lines.length < pane.height) {
    lines.push(...folded(text[to] ?? [], pane.columns));
    to += 1;
  }
  // A line of which the end is missing is not seen, unless there is no other.
  const isCut = lines.length > pane.height && to > from + 1;
  return { lines: lines.slice(0, pane.height), from, to: isCut ? to - 1 : to };
}

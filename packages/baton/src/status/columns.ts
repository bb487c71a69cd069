// Aligned columns for a terminal; colours do not count as width, and wide characters count twice.
import { stripVTControlCharacters } from "node:util";
import { clean, widthOf } from "./cells.ts";
import { type Line, plain, type Span } from "./spans.ts";

const width = (cell: string): number => widthOf(stripVTControlCharacters(cell));

function widest<Cell>(
  rows: readonly (readonly Cell[])[],
  widthOfCell: (cell: Cell) => number,
): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, widthOfCell(cell));
  }
  return widths;
}

/** One line a row, cells padded to the widest of their column and separated by two blanks. */
export function columnsOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = widest(rows, width);
  return rows.map((row) =>
    row
      .map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd(),
  );
}

const widthOfSpan = ({ text }: Span): number => widthOf(clean(text));

/**
 * The same of spans. The last cell of a row that says something has nothing behind it: it may be longer than
 * its column, and makes no other row wider.
 */
export function columnLines(rows: readonly (readonly Span[])[]): readonly Line[] {
  const said = rows.map((row) => row.slice(0, row.findLastIndex(({ text }) => text !== "") + 1));
  const widths = widest(
    said.map((row) => row.slice(0, -1)),
    widthOfSpan,
  );
  return said.map((row) =>
    row.flatMap((cell, index) => {
      const blanks = (widths[index] ?? 0) - widthOfSpan(cell) + 2;
      return index === row.length - 1 ? [cell] : [cell, plain(" ".repeat(blanks))];
    }),
  );
}

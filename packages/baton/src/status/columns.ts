// Aligned columns for a terminal; colours do not count as width.
import { stripVTControlCharacters } from "node:util";

const width = (cell: string): number => stripVTControlCharacters(cell).length;

/** One line a row, cells padded to the widest of their column and separated by two blanks. */
export function columnsOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd(),
  );
}

// Text for a terminal: every character one column wide, every line short enough, columns aligned.
import { printable } from "./words.ts";

/** Letters that stand in one column each; everything else that came from outside is shown as "?". */
const ONE_COLUMN = /[^\u0020-\u02FF\u0370-\u0482\u048A-\u058F\u2010-\u2027\u2190-\u21FF]/gu;

/** Text from outside, safe and of a known width. */
export function plain(text: string, widthMax: number): string {
  return printable(text, widthMax).replace(ONE_COLUMN, "?");
}

/** Lines of at most `columns`, broken between words; `indent` blanks before every line but the first. */
export function wrap(text: string, columns: number, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((word) => pieces(word, columns - indent))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length <= columns) {
      line = longer;
      continue;
    }
    lines.push(line.trimEnd());
    line = " ".repeat(indent) + word;
  }
  return [...lines, line];
}

function pieces(word: string, length: number): readonly string[] {
  if (word.length <= length) return [word];
  return [word.slice(0, length), ...pieces(word.slice(length), length)];
}

/**
 * Rows as lines: columns as wide as their widest cell, two blanks between, the ones named in `right` to
 * the right.
 */
export function aligned(
  rows: readonly (readonly string[])[],
  right: readonly boolean[],
): readonly string[] {
  const widths = right.map((_, column) =>
    rows.reduce((most, row) => Math.max(most, (row[column] ?? "").length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        right[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

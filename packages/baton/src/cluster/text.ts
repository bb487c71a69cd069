// Small pieces of message text: quoting what a file holds without letting it write to the terminal, the
// nearest known word, and lines.

const LONGEST_QUOTE = 60;

/**
 * In quotes, on one line, at most 60 characters, and without characters that move the cursor or hide
 * text.
 */
export function quoted(text: string): string {
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text;
  return printable(JSON.stringify(short));
}

/**
 * Replaces control, format and lone surrogate characters, which could move the cursor or reverse the
 * line, by escapes.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** "a", "a and b", "a, b and c" */
export function listed(words: readonly string[], conjunction = "and"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

/** "1 replica", "2 replicas" */
export function counted(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? "" : "s"}`;
}

/** Number of single-character changes between two words; swapping two neighbours counts as one. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row += 1) {
    const current: number[] = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(from.length, to.length);
}

/**
 * The known word somebody most likely meant, or undefined when none is near: one change for every three
 * characters, and case, dashes and underscores do not count (`down-after` means `downAfter`).
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_QUOTE) return undefined;
  const folded = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, "");
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(folded(word), folded(candidate));
    if (
      distance <= Math.max(1, candidate.length / 3) &&
      distance < (best?.distance ?? Number.POSITIVE_INFINITY)
    ) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
}

/** Breaks at spaces; a word that is longer than `width` stays whole. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

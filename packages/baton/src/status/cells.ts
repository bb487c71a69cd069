// Text made fit for a terminal: nothing in it moves the cursor, hides or reverses what stands beside it, and
// how many cells it takes is known.
import { eastAsianWidth } from "get-east-asian-width";
import { printable } from "../cluster/text.ts";

const PLAIN = /^[\u0020-\u007e]*$/;
/** More of them on one letter would be drawn over the lines above and below. */
const CROWD = /(\p{M}{3})\p{M}+/gu;
/** Terminals do not agree whether these make a character wider. */
const VARIATIONS = /[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/gu;
/** Nobody knows how wide they are drawn: not in this Unicode, or of somebody's own font. */
const UNKNOWN = /[\p{Cn}\p{Co}]/gu;
/** Drawn over the character before: marks, and the vowels and finals of a Hangul syllable. */
const JOINED = /[\p{Mn}\p{Me}\u{1160}-\u{11ff}\u{d7b0}-\u{d7ff}]/u;

/** What may be written to a terminal as it is. Control and format characters are there as escapes. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  // One at the beginning would join whatever is drawn before it.
  const settled = text
    .replaceAll(VARIATIONS, "")
    .replaceAll(CROWD, "$1")
    .replace(/^\p{M}+/u, "");
  return printable(settled).replaceAll(UNKNOWN, "?");
}

const cellsOf = (character: string): number =>
  JOINED.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);

/** What belongs to the character before; some take a cell of their own. */
const MARK = /\p{M}/u;

/** Cells that a clean text takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOf(character);
  return cells;
}

/** The beginning of a clean text that takes at most `cells`; no letter in it lacks its marks. */
export function beginning(text: string, cells: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, cells));
  let left = cells;
  let end = 0;
  let endOfLetter = 0;
  for (const character of text) {
    if (!MARK.test(character)) endOfLetter = end;
    left -= cellsOf(character);
    if (left < 0) return text.slice(0, endOfLetter);
    end += character.length;
  }
  return text;
}

/** The whole text, or what fits of it and "~" for the rest. */
export function cut(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  return cells < 1 ? "" : `${beginning(text, cells - 1)}~`;
}

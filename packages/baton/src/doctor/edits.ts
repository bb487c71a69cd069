// Makes edits of lines, for rules whose fix is certain.
import type { Word } from "./facts.ts";
import type { Edit, Place } from "./finding.ts";

/** Puts `text` in the place of a word, quotes and all. */
export function replaceWord(word: Word, text: string): Edit {
  return { place: word.place, length: word.length ?? word.text.length, text };
}

/** A whole line above the one of `place`. */
export function insertLineAbove(place: Place, line: string): Edit {
  return { place: { ...place, column: 1 }, length: 0, text: `${line}\n` };
}

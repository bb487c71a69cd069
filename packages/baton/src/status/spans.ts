// Lines before they are painted: pieces of text with a tone. Only `painted` makes what a terminal gets, so
// that no text reaches one uncleaned, and width is counted before colour.
import { createColors } from "picocolors";
import { beginning, clean, widthOf } from "./cells.ts";

export type Tone = "attention" | "bad" | "faint" | "good" | "strong";

export interface Span {
  readonly text: string;
  /** Plain when undefined. */
  readonly tone?: Tone | undefined;
  /** What it says something about: a screen marks it for some seconds when it says something else. */
  readonly id?: string | undefined;
  /** What counts as something else; the text itself when undefined. */
  readonly value?: string;
}
export type Line = readonly Span[];

export interface Paint {
  readonly colour: boolean;
  /** Longer lines are cut, and end with "~"; undefined: they are left whole. */
  readonly columns?: number;
  readonly isMarked?: (id: string) => boolean;
  /** Of yesterday: all of it without colours, and dim. */
  readonly isFaint?: boolean;
  /** In reverse over its whole width. */
  readonly isChosen?: boolean;
}

export const plain = (text: string): Span => ({ text });

export const widthOfLine = (line: Line): number =>
  line.reduce((sum, { text }) => sum + widthOf(clean(text)), 0);

type Colours = ReturnType<typeof createColors>;

function toned(text: string, tone: Tone | undefined, colours: Colours): string {
  switch (tone) {
    case "attention":
      return colours.yellow(text);
    case "bad":
      return colours.red(text);
    case "faint":
      return colours.dim(text);
    case "good":
      return colours.green(text);
    case "strong":
      return colours.bold(text);
    case undefined:
      return text;
  }
}

/** Reverse is no colour: it marks what is chosen and what has changed where there are none, too. */
const { inverse } = createColors(true);

export function painted(line: Line, paint: Paint): string {
  const { columns = Number.POSITIVE_INFINITY, isMarked, isFaint = false, isChosen = false } = paint;
  const colours = createColors(paint.colour);
  const isWhole = widthOfLine(line) <= columns;
  let left = isWhole ? columns : columns - 1;
  let text = "";
  for (const span of line) {
    const piece = beginning(clean(span.text), left);
    left -= widthOf(piece);
    const isNew = span.id !== undefined && piece !== "" && isMarked?.(span.id) === true;
    // The reverse of the whole line would end where that of a piece does.
    const coloured = isChosen || isFaint ? piece : toned(piece, span.tone, colours);
    text += isNew && !isChosen ? inverse(coloured) : coloured;
    if (left <= 0) break;
  }
  if (!isWhole && columns > 0) text += "~";
  if (isChosen) return inverse(text + " ".repeat(isWhole && Number.isFinite(left) ? left : 0));
  return isFaint ? colours.dim(text) : text;
}

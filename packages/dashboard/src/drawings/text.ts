// How wide a text will be, without a browser to ask: an upper estimate, so that labels laid out with it
// never touch.

/**
 * Widths as a share of the font size. They are those of DejaVu Sans, the widest font that system-ui
 * yields in practice.
 */
const NARROW = 0.34;
const SLIM = 0.42;
const USUAL = 0.64;
const CAPITAL = 0.79;
const WIDE = 1;
const BOLD_FACTOR = 1.13;

function characterWidth(character: string): number {
  if ("ijlI.,:;'|! ·".includes(character)) return NARROW;
  if ('frt()[]{}-/"'.includes(character)) return SLIM;
  if ("mwMWQ@%…—".includes(character)) return WIDE;
  if ("+=<>×−~".includes(character)) return 0.84;
  if (/^[\p{Lu}]$/u.test(character)) return CAPITAL;
  // Scripts with wide letters, and everything that is not known to be narrower.
  return /^[\p{Ll}\p{Nd}\p{P}\p{S}]$/u.test(character) ? USUAL : WIDE;
}

/** Upper estimate in pixels. */
export function textWidth(text: string, sizePx: number, bold = false): number {
  let shares = 0;
  for (const character of text) shares += characterWidth(character);
  return shares * sizePx * (bold ? BOLD_FACTOR : 1);
}

/** The text, cut with an ellipsis so that it fits. */
export function fitText(text: string, widthPx: number, sizePx: number, bold = false): string {
  if (textWidth(text, sizePx, bold) <= widthPx) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, sizePx, bold) > widthPx)
    characters.pop();
  return `${characters.join("")}…`;
}

// How much a text weighs once it is read: parsers make an object of each of its words. Pure.

const [TAB, LINE_END, RETURN, BLANK] = [9, 10, 13, 32];
const codesOf = (marks: string) => new Set(Array.from(marks, (mark) => mark.charCodeAt(0)));
const COMMENTS = codesOf("#;");
/** Each of them may separate two values, with no blank in between. */
const SEPARATORS = codesOf(",=:[{(");

/** Words, and what separates values within them; lines that are comments weigh nothing. */
export function weightOf(text: string): number {
  let weight = 0;
  let isBetween = true;
  let isFirst = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LINE_END) {
      isFirst = true;
      isBetween = true;
    } else if (code === BLANK || code === TAB || code === RETURN) isBetween = true;
    else if (isFirst && COMMENTS.has(code)) {
      const end = text.indexOf("\n", at);
      if (end < 0) break;
      at = end - 1;
    } else {
      if (isBetween || SEPARATORS.has(code)) weight += 1;
      isBetween = false;
      isFirst = false;
    }
  }
  return weight;
}

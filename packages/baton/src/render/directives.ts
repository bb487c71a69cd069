// One line of a Redis or Sentinel configuration file, quoted so that the server reads exactly the value
// that was meant.
import { assert } from "../errors.ts";

/** A directive's name and its arguments, or a comment for whoever opens the file on the host. */
export type Line =
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "directive"; readonly name: string; readonly values: readonly string[] };

export const comment = (text: string): Line => ({ kind: "comment", text });
export const directive = (name: string, ...values: readonly (string | number)[]): Line => ({
  kind: "directive",
  name,
  values: values.map(String),
});

// Everything else is quoted. A bare word must not hold a quote or a blank; the rest of this set needs no
// quoting.
const BARE_WORD = /^[\w./:@%+,=~&*#|^-]+$/;

/**
 * A value as one argument of a configuration line. Redis splits a line at blanks, opens a quote at ' or
 * ", and inside double quotes reads \" \\ \n \r \t \b \a \xHH. A line break cannot be meant by anyone:
 * the loader refuses it, since it would let a value smuggle a directive into the file.
 */
export function quote(value: string): string {
  assert(!/[\r\n\0]/.test(value), "a value with a line break or a zero byte must not reach a renderer");
  if (BARE_WORD.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}

/**
 * The whole file. A comment has a line of its own: behind a value, Redis would read it as further
 * arguments and exit.
 */
export function render(lines: readonly Line[]): string {
  const text = lines.map((line) =>
    line.kind === "comment" ? `# ${line.text}` : [line.name, ...line.values.map(quote)].join(" "),
  );
  return `${text.join("\n")}\n`;
}

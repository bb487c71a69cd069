// Text of files and processes, made harmless for each kind of report.
import { printable } from "../../cluster/text.ts";

/** JSON that is safe to look at: JSON.stringify leaves characters that a terminal obeys, such as U+009B. */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) =>
      unicodeEscape(character.charCodeAt(index)),
    ).join(""),
  );
}

const unicodeEscape = (code: number): string => `\\u${code.toString(16).padStart(4, "0")}`;

/** Ready for the next sentence. */
export const closed = (sentence: string): string =>
  /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;

/** For text and attributes. XML 1.0 has no way at all to write most control characters. */
export function xml(text: string): string {
  const named: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
  };
  const known = printable(text).replaceAll(/[\uFFFE\uFFFF]/g, "\uFFFD");
  return known.replaceAll(/[&<>"']/g, (character) => named[character] ?? character);
}

/** The message of a workflow command: it ends with the line. */
export function workflowMessage(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

/** A property of a workflow command: it ends with a comma or a colon, too. */
export function workflowProperty(text: string): string {
  return workflowMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** A path as a reference of a URI: relative paths stay relative. */
export function uriOf(path: string): string {
  const wellFormed = path.replaceAll(/\p{Cs}/gu, "\uFFFD");
  const encoded = wellFormed.split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}

// Lines for a terminal: wrapped to its width, and without anything that it would obey.
import { printable, wrapped } from "../../cluster/text.ts";
import type { Place } from "../finding.ts";
import type { ReportOptions } from "./reporter.ts";

export const placeText = ({ file, line, column }: Place): string =>
  printable(line === 0 ? file : `${file}:${line}:${column}`);

/** Lines with `head` in front of the first and blanks in front of the rest. */
export function hanging(head: string, text: string, { columns }: ReportOptions): readonly string[] {
  const indent = " ".repeat(head.length);
  const lines = wrapped(printable(text), Math.max(60, columns) - head.length);
  return lines.map((line, index) => `${index === 0 ? head : indent}${line}`);
}

// The text of a systemd unit or drop-in.
import { assert } from "../../errors.ts";

/** `["# ", sentence]` is a comment; a comment behind a value would be part of the value. */
export type UnitLine = readonly [key: string, value: string | number];

export interface UnitSection {
  readonly name: "Unit" | "Service" | "Install";
  readonly lines: readonly UnitLine[];
}

export const remark = (sentence: string): UnitLine => ["#", sentence];

/** A command line of plain words: systemd splits it at blanks, and reads quotes, % and $ otherwise. */
export function command(line: string): string {
  assert(/^[\w./:@=+,-]+( [\w./:@=+,-]+)*$/.test(line), `"${line}" would need quotes in a unit`);
  return line;
}

function lineText([key, value]: UnitLine): string {
  assert(!/[\r\n]/.test(String(value)), `the value of ${key} has a line break`);
  return key === "#" ? `# ${value}` : `${key}=${value}`;
}

export function unitText(head: readonly string[], sections: readonly UnitSection[]): string {
  const parts = sections.map(({ name, lines }) => [`[${name}]`, ...lines.map(lineText)].join("\n"));
  return `${[head.map((line) => `# ${line}`).join("\n"), ...parts].join("\n\n")}\n`;
}

// Golden files of what is drawn: compared as they are, rewritten by UPDATE=1, so that a change is seen in
// review.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

const FOLDER = new URL("../../../../../testdata/terminal/", import.meta.url);

/** With a line of dashes above and below, so that rows and blanks at the end can be seen. */
export function expectScreen(name: string, lines: readonly string[], columns: number): void {
  const edge = `+${"-".repeat(columns)}+`;
  const text = `${[edge, ...lines.map((line) => `|${line}`), edge].join("\n")}\n`;
  const file = new URL(name, FOLDER);
  if (process.env["UPDATE"] === "1") {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}

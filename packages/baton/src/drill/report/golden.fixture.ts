// Golden files of the reports: compared as they are, rewritten by UPDATE=1, so that a change of a report
// is seen in review.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

const FOLDER = new URL("../../../../../testdata/report/", import.meta.url);

export function expectGolden(name: string, text: string): void {
  const file = new URL(name, FOLDER);
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  if (process.env["UPDATE"] === "1") {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, whole);
  }
  expect(whole).toBe(readFileSync(file, "utf8"));
}

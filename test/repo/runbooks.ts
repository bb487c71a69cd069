// Reads the runbooks: what each says first, and the table of them all.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cell } from "./page.ts";
import { filesBelow, root } from "./run.ts";

export interface Runbook {
  /** As the alert is called. */
  readonly name: string;
  readonly severity: string;
  /** The first sentence or two: what the alert means. */
  readonly means: string;
  readonly headings: readonly string[];
  readonly text: string;
}

export const INDEX = "docs/runbooks/index.md";

function readRunbook(path: string): Runbook {
  const text = readFileSync(join(root, path), "utf8");
  const severity = /^Severity: \*\*(\w+)\*\*$/m.exec(text)?.[1] ?? "";
  const means = /^## What it means\n\n([\s\S]*?)\n\n/m.exec(text)?.[1] ?? "";
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
  const name = basename(path, ".md");
  return { name, severity, means: means.replaceAll("\n", " "), headings, text };
}

export function runbooks(): readonly Runbook[] {
  return filesBelow("docs/runbooks", /\.md$/)
    .filter((path) => path !== INDEX)
    .sort()
    .map(readRunbook);
}

const WORST = ["critical", "warning", "info"];
const byWorst = (a: Runbook, b: Runbook): number =>
  WORST.indexOf(a.severity) - WORST.indexOf(b.severity) || (a.name < b.name ? -1 : 1);

/** The index with its rows as the pages say them. */
export function indexWithRows(text: string, all: readonly Runbook[]): string {
  const rows = [...all]
    .sort(byWorst)
    .map(({ name, severity, means }) => `| [${name}](${name}.md) | ${severity} | ${cell(means)} |`);
  return text.replace(/(\| alert \|.*\n\|---\|---\|---\|\n)(?:\|.*\n)*/, `$1${rows.join("\n")}\n`);
}

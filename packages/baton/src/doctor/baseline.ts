// The baseline: findings that somebody has decided to live with, recognised again when lines
// have moved.
import { createHash } from "node:crypto";
import type { BaselineEntry } from "./baseline-file.ts";
import type { Finding, Place } from "./finding.ts";

/** Names the file of a place, the same wherever Baton is started. */
export type FileNames = (place: Place) => string;

const asShown: FileNames = ({ file }) => file;

/** A message that names another line than yesterday is still the same. */
function withoutLines(message: string): string {
  return message
    .replaceAll(/\b(lines?|column) \d+/g, "$1 N")
    .replaceAll(/(\.[a-z]\w{0,9}):\d+(:\d+)?/gi, "$1:N")
    .replaceAll(/\s+/g, " ");
}

/** The same for a rule, a file and a message, whatever lines these are on. */
export function fingerprintOf({ rule, place, message }: Finding, nameOf: FileNames = asShown): string {
  const parts = [rule, nameOf(place), withoutLines(message)];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/** The file as text, sorted so that it changes little. */
export function baselineText(findings: readonly Finding[], nameOf: FileNames): string {
  const entries = findings.map((finding): BaselineEntry => {
    const { rule, place, message } = finding;
    return { fingerprint: fingerprintOf(finding, nameOf), rule, file: nameOf(place), message };
  });
  const sorted = entries.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return `${JSON.stringify({ version: 1, findings: sorted }, undefined, 2)}\n`;
}

const sortKey = ({ rule, file, message, fingerprint }: BaselineEntry): string =>
  [rule, file, message, fingerprint].join("\n");

export interface Compared {
  /** Not in the baseline. */
  readonly fresh: readonly Finding[];
  readonly known: number;
  /** In the baseline, and not found any more. */
  readonly stale: readonly BaselineEntry[];
}

/** An entry covers one finding: three alike need three. */
export function compareWith(
  entries: readonly BaselineEntry[],
  findings: readonly Finding[],
  nameOf: FileNames,
): Compared {
  const left = new Map<string, BaselineEntry[]>();
  for (const entry of entries) {
    const alike = left.get(entry.fingerprint) ?? [];
    alike.push(entry);
    left.set(entry.fingerprint, alike);
  }
  const fresh = findings.filter(
    (finding) => left.get(fingerprintOf(finding, nameOf))?.pop() === undefined,
  );
  return { fresh, known: findings.length - fresh.length, stale: [...left.values()].flat() };
}

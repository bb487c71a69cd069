// The baseline: findings that somebody has decided to live with, recognised again when lines
// have moved.
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Finding, Place } from "./finding.ts";

const entrySchema = z.object({
  fingerprint: z.string(),
  rule: z.string(),
  file: z.string(),
  message: z.string(),
});
const baselineSchema = z.object({ version: z.literal(1), findings: z.array(entrySchema).max(100_000) });

/** Everything but the fingerprint is there for whoever reads the file. */
export type BaselineEntry = Readonly<z.infer<typeof entrySchema>>;

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

/** Undefined when the text is no baseline. */
export function parseBaseline(text: string): readonly BaselineEntry[] | undefined {
  try {
    return baselineSchema.parse(JSON.parse(text)).findings;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

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

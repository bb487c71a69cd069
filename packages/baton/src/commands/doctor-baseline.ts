// The baseline of `baton doctor` on disk. Its paths are relative to its own folder, so that it is the
// same for everybody who has the repository.
import { dirname, relative, resolve, sep } from "node:path";
import { baselineText, compareWith, type FileNames } from "../doctor/baseline.ts";
import type { BaselineEntry } from "../doctor/baseline-file.ts";
import type { Finding } from "../doctor/finding.ts";
import { BatonError } from "../errors.ts";
import { readTextFileIfThere, writeFileAtomic } from "../sys/files.ts";

const BYTES_MAX = 16 << 20;

/** What a running process says has no path. */
function namesFor(baseline: string): FileNames {
  const folder = dirname(resolve(baseline));
  return ({ file, line }) => (line === 0 ? file : relative(folder, resolve(file)).split(sep).join("/"));
}

/** @throws BatonError DISK */
export async function writeBaseline(path: string, findings: readonly Finding[]): Promise<void> {
  await writeFileAtomic(path, baselineText(findings, namesFor(path)), 0o644);
}

export interface Baseline {
  readonly path: string;
  readonly entries: readonly BaselineEntry[];
}

/** @throws BatonError USAGE for what is no baseline, DISK for what cannot be read */
export async function readBaseline(path: string): Promise<Baseline> {
  const text = await readTextFileIfThere(path, BYTES_MAX);
  if (text === undefined)
    throw new BatonError("USAGE", `${path}: no such file; --write-baseline ${path} makes one`);
  const { parseBaseline } = await import("../doctor/baseline-file.ts");
  const entries = parseBaseline(text);
  if (entries !== undefined) return { path, entries };
  throw new BatonError("USAGE", `${path} is not a baseline that doctor wrote`);
}

export interface Scope {
  /** The rules that were checked: of others nothing is stale. */
  readonly ids: readonly string[];
  /** What was checked: elsewhere nothing is stale. */
  readonly roots: readonly string[];
}

export interface AgainstBaseline {
  readonly fresh: readonly Finding[];
  readonly known: number;
  /** One line each: rule, file and message. */
  readonly stale: readonly string[];
}

export function againstBaseline(
  findings: readonly Finding[],
  baseline: Baseline | undefined,
  { ids, roots }: Scope,
): AgainstBaseline {
  if (baseline === undefined) return { fresh: findings, known: 0, stale: [] };
  const { path, entries } = baseline;
  const { fresh, known, stale } = compareWith(entries, findings, namesFor(path));
  const covered = roots.map((root) => resolve(root));
  const isCovered = (file: string): boolean => {
    const whole = resolve(dirname(path), file);
    return covered.some((root) => whole === root || whole.startsWith(root === sep ? sep : root + sep));
  };
  const gone = stale.filter(({ rule, file }) => ids.includes(rule) && isCovered(file));
  return { fresh, known, stale: gone.map(({ rule, file, message }) => `${rule} ${file} ${message}`) };
}

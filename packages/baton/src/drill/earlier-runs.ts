// Earlier drills as they lie on the disk: bounded in number and size, and a broken one is told instead of
// being in the way.
import { type Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { BatonError } from "../errors.ts";
import { diskReason, readTextFile } from "../sys/files.ts";
import { printable } from "./report/words.ts";
import type { Run } from "./trend.ts";

/** Folder of `baton drill compare` beside those of the faults: what ran there is no drill of this trend. */
export const COMPARED = "compare";

const FAULTS_MAX = 200;
/** Of each fault, the newest. */
const RUNS_MAX = 200;
const RESULT_BYTES_MAX = 8 << 20;
const TEXT_MAX = 60;

const text = z.string().transform((value) => printable(value, TEXT_MAX));
const milliseconds = z.number().nonnegative();

/** Only what is needed: results of older and of newer Batons have other keys. */
const shape = z.object({
  fault: text,
  verdict: z.enum(["held", "broken", "unknown"]),
  startedAt: z.iso.datetime(),
  rto: z.object({
    objectiveMs: milliseconds,
    measures: text.default("outage"),
    measuredMs: milliseconds.nullable(),
  }),
  rpo: z.object({ lost: z.int().nonnegative(), acknowledged: z.int().nonnegative() }),
  cluster: z.object({ name: text, versions: z.record(z.string(), text), downAfterMs: milliseconds }),
});

export interface EarlierRuns {
  readonly runs: readonly Run[];
  /** Folders that hold no result, and why: sentences. */
  readonly broken: readonly string[];
  /** Runs that are older than those that were read. */
  readonly skipped: number;
}

async function foldersIn(path: string): Promise<readonly string[]> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    throw new BatonError("DISK", `${path}: ${diskReason(error)}`, { cause: error });
  }
  // `latest` is a link to one of them.
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function runOf(json: string): Run {
  const { fault, verdict, startedAt, rto, rpo, cluster } = shape.parse(JSON.parse(json));
  return {
    fault,
    cluster: cluster.name,
    startedAt,
    verdict,
    rtoMs: rto.measuredMs,
    measures: rto.measures,
    objectiveMs: rto.objectiveMs,
    lost: rpo.lost,
    acknowledged: rpo.acknowledged,
    versions: [...new Set(Object.values(cluster.versions))].sort().join(", "),
    downAfterMs: cluster.downAfterMs,
  };
}

function whyNot(error: unknown): string {
  if (error instanceof BatonError) return error.message;
  if (error instanceof SyntaxError) return "result.json is no JSON";
  if (error instanceof z.ZodError)
    return `result.json is no result of a drill: ${error.issues[0]?.path.join(".") ?? ""}`;
  throw error;
}

/** @throws BatonError DISK when the folder itself cannot be read; the signal's reason. */
export async function earlierRuns(
  parent: string,
  { fault, signal }: { readonly fault?: string | undefined; readonly signal: AbortSignal },
): Promise<EarlierRuns> {
  const faults = (await foldersIn(parent)).filter((name) => name !== COMPARED);
  const asked = fault === undefined ? faults : faults.filter((name) => name === fault);
  const runs: Run[] = [];
  const broken: string[] = [];
  let skipped = 0;
  for (const name of asked.slice(0, FAULTS_MAX)) {
    // Their names are times, so the last ones are the newest.
    const folders = await foldersIn(join(parent, name));
    const newest = folders.slice(-RUNS_MAX);
    skipped += folders.length - newest.length;
    for (const folder of newest) {
      signal.throwIfAborted();
      try {
        runs.push(
          runOf(await readTextFile(join(parent, name, folder, "result.json"), RESULT_BYTES_MAX)),
        );
      } catch (error) {
        broken.push(printable(`${name}/${folder}: ${whyNot(error)}`, 300));
      }
    }
  }
  return { runs, broken, skipped };
}

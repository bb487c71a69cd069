// Reads a folder of testdata into sources, without what the file system says: that differs between checkouts.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import { readersFor } from "./readers.ts";
import { rules } from "./rules/index.ts";
import type { Sources, SourceText } from "./sources.ts";

const testdata = fileURLToPath(new URL("../../../../testdata/doctor", import.meta.url));

/** Names of the folders in testdata/doctor/PATH. */
export function foldersIn(path: string): readonly string[] {
  const entries = readdirSync(join(testdata, path), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** Every file below testdata/doctor/PATH, by its path there. */
export function filesIn(path: string): readonly SourceText[] {
  const folder = join(testdata, path);
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
  return files.sort().map((file) => ({
    path: relative(folder, file).split(sep).join("/"),
    text: readFileSync(file, "utf8"),
  }));
}

/** What every rule says, code included. */
export async function diagnosisOf(sources: Sources): Promise<Diagnosis> {
  return diagnose({ ...sources, ...(await readersFor(sources.files)) }, { rules });
}

/** "SEN023 sentinel-1/sentinel.conf:3" */
export function placesIn({ findings }: Diagnosis): readonly string[] {
  return findings.map(({ rule, place }) => `${rule} ${place.file}:${String(place.line)}`);
}

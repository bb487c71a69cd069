// What was rendered into a folder: tells Baton's files from somebody's, and hosts what goes where.
import { createHash } from "node:crypto";
import { z } from "zod";
import type { HostFile } from "./host-files.ts";

export const MANIFEST = "manifest.json";
const FILES_MAX = 10_000;

/** Below the folder, and nowhere else: what is in this list may be removed. */
const inside = z
  .string()
  .refine((name) => name.split("/").every((part) => part !== "" && part !== "." && part !== ".."));

const entrySchema = z.strictObject({
  file: inside,
  kind: z.string(),
  host: z.string().optional(),
  path: z.string(),
  owner: z.string(),
  group: z.string(),
  mode: z.string().regex(/^0[0-7]{3}$/),
  /** Of the text; while files are being written, also of the one before. */
  sha256: z.array(z.string()).min(1).max(2),
});
const manifestSchema = z.strictObject({
  version: z.literal(1),
  cluster: z.string(),
  files: z.array(entrySchema).max(FILES_MAX),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestEntry = Manifest["files"][number];

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function entryOf({ file, kind, host, path, owner, group, mode, text }: HostFile): ManifestEntry {
  const access = { owner, group, mode: `0${mode.toString(8)}` };
  const where = host === undefined ? {} : { host };
  return { file, kind, ...where, path, ...access, sha256: [hashOf(text)] };
}

export function manifestOf(cluster: string, files: readonly HostFile[]): Manifest {
  return { version: 1, cluster, files: files.map(entryOf) };
}

/** With the entries of kinds that were not rendered this time; who has changed its kind has one entry. */
export function withOthers(
  before: Manifest | undefined,
  after: Manifest,
  isMeant: (entry: ManifestEntry) => boolean,
): Manifest {
  const own = new Set(after.files.map(({ file }) => file));
  const others = before?.files.filter((entry) => !isMeant(entry) && !own.has(entry.file)) ?? [];
  const files = [...others, ...after.files].toSorted((a, b) => (a.file < b.file ? -1 : 1));
  return { ...after, files };
}

/**
 * What counts while files are written: the new entries, each with the hash of before, and those that are to
 * vanish. Who is interrupted then has no file that looks like somebody's edit.
 */
export function between(before: Manifest | undefined, after: Manifest): Manifest {
  const old = new Map(before?.files.map((entry) => [entry.file, entry]));
  const names = new Set(after.files.map(({ file }) => file));
  const kept = [...old.values()].filter(({ file }) => !names.has(file));
  const files = after.files.map((entry) => {
    const [earlier] = old.get(entry.file)?.sha256 ?? [];
    const [own = ""] = entry.sha256;
    return earlier === undefined || earlier === own ? entry : { ...entry, sha256: [own, earlier] };
  });
  return { ...after, files: [...files, ...kept] };
}

export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify(manifest, undefined, 2)}\n`;

/** Undefined when the text is no manifest. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

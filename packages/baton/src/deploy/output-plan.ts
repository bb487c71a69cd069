// What rendering into a folder would do there: never overwrite or remove what is not Baton's own. Pure.
import type { HostFile } from "./host-files.ts";
import { hashOf, type Manifest, type ManifestEntry } from "./manifest.ts";

export type Change =
  | { readonly kind: "new" | "same"; readonly file: HostFile }
  | { readonly kind: "changed"; readonly file: HostFile; readonly before: string }
  /** Rendered before, and not any more. */
  | { readonly kind: "gone"; readonly name: string };

export interface OutputPlan {
  /** By name. */
  readonly changes: readonly Change[];
  /** Files that somebody else wrote or edited, as clauses; nothing is written while there is one. */
  readonly obstacles: readonly string[];
}

/**
 * What stands in the folder under a name; undefined for nothing, "other" for what is no plain file, and
 * "linked" where a folder on the way is a symbolic link: what lies behind it is somebody else's.
 */
export type Look = (name: string) => { readonly text: string } | "other" | "linked" | undefined;

/** `isMeant`: whether an entry would be among the files if it were still rendered. */
export function planOutput(
  files: readonly HostFile[],
  manifest: Manifest | undefined,
  look: Look,
  isMeant: (entry: ManifestEntry) => boolean,
): OutputPlan {
  const own = new Map(manifest?.files.map((entry) => [entry.file, entry.sha256]));
  const changes: Change[] = [];
  const obstacles: string[] = [];
  const isOurs = (name: string, text: string): boolean => own.get(name)?.includes(hashOf(text)) === true;
  for (const file of files) {
    const present = look(file.file);
    if (present === undefined) changes.push({ kind: "new", file });
    else if (present === "other") obstacles.push(`${file.file} is no plain file`);
    else if (present === "linked") obstacles.push(behindLink(file.file));
    else if (present.text === file.text) changes.push({ kind: "same", file });
    else if (isOurs(file.file, present.text))
      changes.push({ kind: "changed", file, before: present.text });
    else obstacles.push(obstacleOf(file.file, own.has(file.file)));
  }
  const names = new Set(files.map(({ file }) => file));
  for (const entry of manifest?.files ?? []) {
    const name = entry.file;
    const present = names.has(name) || !isMeant(entry) ? undefined : look(name);
    if (present === undefined) continue;
    if (present === "linked") obstacles.push(behindLink(name));
    else if (present !== "other" && isOurs(name, present.text)) changes.push({ kind: "gone", name });
    else obstacles.push(`${name} is not rendered any more, and somebody has edited it`);
  }
  return { changes: changes.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)), obstacles };
}

export const nameOf = (change: Change): string =>
  change.kind === "gone" ? change.name : change.file.file;

const behindLink = (name: string): string => `${name} would lie behind a symbolic link`;

function obstacleOf(name: string, wasRendered: boolean): string {
  return wasRendered
    ? `${name} has been edited since it was rendered`
    : `${name} was not written by Baton`;
}

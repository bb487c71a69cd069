// Finds the source that a path in a configuration means: files of a repository seldom lie where a server
// has them.
import type { SourceText } from "../sources.ts";

export interface Shelf {
  /**
   * The sources that `path` means when it stands in the file `from`, by name. A path from the root may
   * lie under any folder above `from` ("h1/etc/redis/x.conf"), or beside it, with or without its last
   * folder; the nearest one counts. Globs as Redis 7.0 knows them.
   */
  readonly find: (path: string, from: string) => readonly SourceText[];
  /** Whether the folder of a glob is here, so that finding nothing means that there is nothing. */
  readonly hasFolderOf: (path: string, from: string) => boolean;
}

const PATTERN_MAX = 500;

export function shelfOf(files: readonly SourceText[]): Shelf {
  const byPath = new Map<string, SourceText>();
  const byFolder = new Map<string, SourceText[]>();
  for (const file of files) {
    const folder = folderOf(file.path);
    const path = join(folder, plainName(file.path));
    if (!byPath.has(path)) byPath.set(path, file);
    const beside = byFolder.get(folder);
    if (beside === undefined) byFolder.set(folder, [file]);
    else beside.push(file);
  }

  function find(path: string, from: string): readonly SourceText[] {
    if (path.length > PATTERN_MAX || path === "") return [];
    if (/[*?[]/.test(path)) return findGlob(path, from);
    for (const folder of meantFolders(folderOf(path), from)) {
      const file = byPath.get(join(folder, plainName(path)));
      if (file !== undefined && file.path !== from) return [file];
    }
    return [];
  }

  function findGlob(path: string, from: string): readonly SourceText[] {
    const pattern = baseName(path);
    const files = actualFolder(path, from) ?? byFolder.get(folderOf(from)) ?? [];
    return files
      .filter((file) => file.path !== from && matchesGlob(plainName(file.path), pattern))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * The files of the folder itself; those beside `from` are only a guess and prove nothing by their
   * absence.
   */
  function actualFolder(path: string, from: string): readonly SourceText[] | undefined {
    for (const folder of meantFolders(folderOf(path), from).slice(0, -1)) {
      const files = byFolder.get(folder);
      if (files !== undefined) return files;
    }
    return undefined;
  }

  return { find, hasFolderOf: (path, from) => actualFolder(path, from) !== undefined };
}

/** Where a folder that a file names may lie, best first. */
function meantFolders(wanted: string, from: string): readonly string[] {
  const clean = wanted
    .replace(/^\/+/, "")
    .replace(/^(?:\.\/)+/, "")
    .replace(/^\.$/, "");
  const beside = folderOf(from);
  const above: string[] = [];
  for (let folder = beside; folder !== ""; folder = folderOf(folder)) above.push(join(folder, clean));
  return [...above, clean, join(beside, baseName(clean)), beside];
}

function join(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}

/** "conf/redis.conf.j2" is "redis.conf". */
export function plainName(path: string): string {
  return baseName(path).replace(/\.(?:j2|jinja2?|tpl|tmpl|erb|template|dist|example|sample)$/, "");
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Without a "/" at its end; "" for a file without a folder. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/**
 * * and ? stand for anything but "/"; [...] for one of its characters. Takes no more than length x
 * length.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  let at = 0;
  let wanted = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const one = pattern[wanted];
    if (one === "*") {
      star = wanted;
      resume = at;
      wanted += 1;
      continue;
    }
    const length = one === undefined ? 0 : matchOne(text[at] ?? "", pattern, wanted);
    if (length > 0) {
      at += 1;
      wanted += length;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      wanted = star + 1;
    } else return false;
  }
  while (pattern[wanted] === "*") wanted += 1;
  return wanted === pattern.length;
}

/** How many characters of the pattern stand for this character; 0 when they do not. */
function matchOne(character: string, pattern: string, at: number): number {
  const one = pattern[at] ?? "";
  if (one === "?") return 1;
  const end = one === "[" ? pattern.indexOf("]", at + 2) : -1;
  if (end < 0) return one === character ? 1 : 0;
  const set = pattern.slice(at + 1, end);
  const isNegated = set.startsWith("!") || set.startsWith("^");
  const members = isNegated ? set.slice(1) : set;
  let isIn = false;
  for (let index = 0; index < members.length; index += 1) {
    const isRange = members[index + 1] === "-" && index + 2 < members.length;
    const low = members[index] ?? "";
    const high = isRange ? (members[index + 2] ?? "") : low;
    isIn ||= low <= character && character <= high;
    index += isRange ? 2 : 0;
  }
  return isIn === isNegated ? 0 : end + 1 - at;
}

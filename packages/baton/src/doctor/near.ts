// Whose business a file is where a tree holds several clusters: of what lies nearest to it.
import { folderOf } from "./parse/shelf.ts";

/** Those below the first of the file's folders that has any: shop/units means shop/h1, and not blog/h1. */
export function nearestTo<T>(
  file: string,
  things: readonly T[],
  fileOf: (thing: T) => string,
): readonly T[] {
  for (const folder of foldersOf(file)) {
    const below = things.filter((thing) => fileOf(thing).startsWith(`${folder}/`));
    if (below.length > 0) return below;
  }
  return things;
}

/** The same for many files: every folder is told once what lies below it. */
export function nearestIn<T>(
  things: readonly T[],
  fileOf: (thing: T) => string,
): (file: string) => readonly T[] {
  const byFolder = new Map<string, T[]>();
  for (const thing of things) {
    for (const folder of foldersOf(fileOf(thing))) {
      const below = byFolder.get(folder);
      if (below === undefined) byFolder.set(folder, [thing]);
      else below.push(thing);
    }
  }
  return (file) => {
    for (const folder of foldersOf(file)) {
      const below = byFolder.get(folder);
      if (below !== undefined) return below;
    }
    return things;
  };
}

/** The nearest first; the root that everything lies below is none of them. */
function* foldersOf(file: string): Iterable<string> {
  for (let folder = folderOf(file); folder !== ""; folder = folderOf(folder)) yield folder;
}

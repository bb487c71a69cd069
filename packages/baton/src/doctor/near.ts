// Whose business a file is where a tree holds several clusters: of what lies nearest to it.
import { folderOf } from "./parse/shelf.ts";

/** Those below the first of the file's folders that has any: shop/units means shop/h1, and not blog/h1. */
export function nearestTo<T>(
  file: string,
  things: readonly T[],
  fileOf: (thing: T) => string,
): readonly T[] {
  for (let folder = folderOf(file); folder !== ""; folder = folderOf(folder)) {
    const below = things.filter((thing) => fileOf(thing).startsWith(`${folder}/`));
    if (below.length > 0) return below;
  }
  return things;
}

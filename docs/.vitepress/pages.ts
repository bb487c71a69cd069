// Which files of the repository are pages of the site, where they stand there, and what they are called.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Besides these, every page of the repository's own root. Paths are relative to it, with slashes. */
const FOLDERS = ["docs", "clients", "examples", "packages/client"];
const SKIPPED = new Set(["node_modules", "dist", "src", "testdata", ".vitepress"]);

/** Guides stay where they are below docs/; what others read on GitHub as a README is named by its folder. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^docs\//, ""],
  [/^examples\/([^/]+)\/README\.md$/, "systems/$1.md"],
  [/^clients\/([^/]+)\/README\.md$/, "clients/$1.md"],
  [/^packages\/client\/README\.md$/, "clients/node-package.md"],
  [/^([A-Z]+\.md)$/, "project/$1"],
];

function pagesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return folder === "" || SKIPPED.has(entry.name) ? [] : pagesBelow(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** Source files of all pages, sorted. */
export const sources: readonly string[] = ["", ...FOLDERS].flatMap(pagesBelow).sort();

/** The page that a source file becomes: "docs/router.md" is "router.md". */
export function pageOf(source: string): string {
  for (const [pattern, place] of PLACES) {
    if (!pattern.test(source)) continue;
    const page = source.replace(pattern, place);
    return source.startsWith("docs/") ? page : page.toLowerCase();
  }
  return source.toLowerCase();
}

/** Its address in the site, without the site's own base: "/router", and "/runbooks/" for an index. */
export const linkTo = (source: string): string =>
  `/${pageOf(source).replace(/\.md$/, "")}`.replace(/\/index$/, "/");

/** A page's heading, as far as a menu has room: "Target: etcd" is "etcd", "Drills: break it ..." "Drills". */
export function shortTitle(source: string): string {
  const text = readFileSync(join(root, source), "utf8");
  const heading = (/^# (.+)$/m.exec(text)?.[1] ?? source).replaceAll("`", "");
  const [first = heading, second] = heading.split(/: | \(/);
  return first === "Target" && second !== undefined ? second : first;
}

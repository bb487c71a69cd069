// Copies the files of the repository that pages link to into the site, so that it is whole without any host.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { copyOf, isFolder, linkedFiles } from "./markdown.ts";
import { root } from "./pages.ts";

/** A folder is a list of its files, in the words of the repository. */
function listOf(folder: string): string {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return `${files
    .map((file) => file.slice(root.length))
    .sort()
    .join("\n")}\n`;
}

export function copyLinkedFiles({ outDir }: { readonly outDir: string }): void {
  for (const path of linkedFiles()) {
    const copy = join(outDir, copyOf(path));
    mkdirSync(dirname(copy), { recursive: true });
    if (isFolder(path)) writeFileSync(copy, listOf(path));
    else cpSync(join(root, path), copy);
  }
}

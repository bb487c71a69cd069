// Runs a tool of the repository as a contributor would, and keeps what it says.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly output: string;
}

export function runTool(name: string, args: readonly string[], folder = root): Ran {
  const done = spawnSync(join(root, "node_modules/.bin", name), args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 170_000,
    // The output is compared with sentences: no colours in it, wherever the tests run.
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: "1" },
  });
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}

const SKIPPED = new Set(["node_modules", "dist", ".git", "testdata", "baton-runs", ".ci"]);

/** Paths of all files of ours below a folder, relative to the root. */
export function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, ending);
    return ending.test(entry.name) ? [relative(".", path)] : [];
  });
}

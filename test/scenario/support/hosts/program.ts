// A private copy of the built Baton: what one test deploys twice must not be built anew in between.
import { existsSync } from "node:fs";
import { cp, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** @returns the path of the command. @throws Error when Baton has not been built */
export async function copyProgram(folder: string): Promise<string> {
  const built = join(root, "packages/baton");
  if (!existsSync(join(built, "dist/cli.js")))
    throw new Error("Baton is not built: run `npm run build` before the scenarios");
  const copy = join(folder, "program");
  await mkdir(copy);
  for (const part of ["bin", "dist", "package.json"])
    await cp(join(built, part), join(copy, part), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  return join(copy, "bin/baton.js");
}

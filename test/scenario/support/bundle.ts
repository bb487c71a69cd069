// Makes one file of a child's sources, so that any Node can run it as a process of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Today's sources as one file, in a folder from where Node finds the packages that are left outside. The
 * file is there until `use` is done: a child that says that it is ready has read it.
 */
export async function withBundle<T>(entry: string, use: (file: string) => Promise<T>): Promise<T> {
  const name = basename(entry, ".ts");
  const folder = await mkdtemp(join(root, `node_modules/.${name}-`));
  try {
    const outfile = join(folder, `${name}.mjs`);
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "warning",
    });
    return await use(outfile);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// A flat repository of Debian packages in a folder, as apt reads it with "deb [trusted=yes] file:FOLDER ./".
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./command.ts";

/** Writes the index of all packages of the folder: what dpkg-scanpackages would, without dpkg-dev. */
export async function indexPackages(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".deb")).sort();
  const entries: string[] = [];
  for (const name of files) {
    const path = join(folder, name);
    const bytes = await readFile(path);
    const control = (await must(["dpkg-deb", "--field", path])).trimEnd();
    const digest = createHash("sha256").update(bytes).digest("hex");
    entries.push(`${control}\nFilename: ./${name}\nSize: ${bytes.length}\nSHA256: ${digest}\n`);
  }
  // apt may read at any time: it sees the old index or the new one.
  await writeFile(join(folder, "Packages.new"), entries.join("\n"));
  await rename(join(folder, "Packages.new"), join(folder, "Packages"));
}

/** apt writes the colon of a version as %3a into file names, and undoes it when it reads an index. */
export async function plainNames(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.includes("%")) await rename(join(folder, name), join(folder, name.replace(/_\d+%3a/, "_")));
  }
}

/** What is added to a version: newer than the version itself for dpkg. */
const SUFFIX = "+upgrade1";

/**
 * The same programs packed again under a newer version, so that an upgrade can be tried offline. Packages
 * that depend on each other's exact version do so on the new one.
 * @returns the new version; the new packages are in `into`.
 */
export async function packNewer(from: string, names: readonly string[], into: string): Promise<string> {
  await mkdir(into, { recursive: true });
  const files = (await readdir(from)).filter((file) =>
    names.some((name) => file.startsWith(`${name}_`)),
  );
  if (files.length !== names.length) {
    throw new Error(`${from} should hold ${names.join(", ")} once each, and holds ${files.join(", ")}`);
  }
  const versions = new Set<string>();
  for (const file of files) {
    const folder = await mkdtemp(join(into, "unpacked-"));
    await must(["dpkg-deb", "--raw-extract", join(from, file), folder]);
    const path = join(folder, "DEBIAN/control");
    const control = await readFile(path, "utf8");
    const version = /^Version: (.+)$/m.exec(control)?.[1] ?? "";
    versions.add(`${version}${SUFFIX}`);
    const newer = control
      .replace(/^Version: .+$/m, `Version: ${version}${SUFFIX}`)
      .replaceAll(`(= ${version})`, `(= ${version}${SUFFIX})`);
    await writeFile(path, newer);
    const target = join(into, file.replace(/_([^_]+)_/, `_$1${SUFFIX}_`));
    await must(["dpkg-deb", "-Zgzip", "-z1", "--build", folder, target]);
    await rm(folder, { recursive: true });
  }
  const [version = "", ...others] = versions;
  if (others.length > 0)
    throw new Error(`${names.join(", ")} are of different versions: ${others.join(", ")}`);
  return version;
}

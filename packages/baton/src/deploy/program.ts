// Packs what runs on the hosts: this very Baton with the packages it needs, in a folder named by its content.
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { BatonError } from "../errors.ts";
import { runCommand } from "../sys/run-command.ts";

export interface Program {
  /** Path of the archive, and the folder that it unpacks to. */
  readonly archive: string;
  readonly id: string;
  /** Path of Node, and its name on the hosts. */
  readonly runtime: string;
  readonly runtimeId: string;
}

export interface ProgramSources {
  /** The folder of Baton's package.json. */
  readonly root: string;
  readonly version: string;
  /** Path of Node. */
  readonly runtime: string;
}

const TAR_MS = 120_000;
/** Hexadecimal digits that tell two builds of one version from each other. */
const HASH_DIGITS = 12;
/** Maps, types and sources are for who develops. */
const LEFT_OUT = /\.(map|md|markdown|[cm]?ts)$/;
/** Bundled into `dist`. */
const OWN = /^redis-baton-/;

const names = z.record(z.string(), z.string()).default({});
const packageFile = z.looseObject({ dependencies: names, optionalDependencies: names });

async function dependenciesOf(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  return Object.keys(packageFile.parse(JSON.parse(text)).dependencies).filter((name) => !OWN.test(name));
}

/** Those of Baton itself that are here: hosts then have what this machine has. */
async function optionalOf(root: string): Promise<readonly string[]> {
  const text = await readFile(join(root, "package.json"), "utf8");
  const { optionalDependencies } = packageFile.parse(JSON.parse(text));
  return Object.keys(optionalDependencies).filter((name) => isInstalled(name, root));
}

/** As Node looks for it: in `node_modules` of this folder, and of each one above. */
function folderOf(name: string, from: string): string {
  for (let at = from; ; at = dirname(at)) {
    const found = join(at, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
    if (dirname(at) === at)
      throw new BatonError("UNABLE", `the package ${name}, which ${from} needs, is not installed`);
  }
}

function isInstalled(name: string, from: string): boolean {
  for (let at = from; ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", name, "package.json"))) return true;
    if (dirname(at) === at) return false;
  }
}

/** What Node would find of a name, among the packages that have a place, for whoever is at `from`. */
function placedFor(name: string, from: string, placed: ReadonlyMap<string, string>): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const found = placed.get(join(at, "node_modules", name));
    if (found !== undefined || at === ".") return found;
  }
}

/** Where each package comes from, by where it goes; a second version goes below whoever needs it. */
async function packagesOf(root: string): Promise<ReadonlyMap<string, string>> {
  const placed = new Map<string, string>();
  const waiting = [{ from: root, at: "." }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const optional = next.from === root ? await optionalOf(root) : [];
    for (const name of [...(await dependenciesOf(next.from)), ...optional]) {
      const source = folderOf(name, next.from);
      const there = placedFor(name, next.at, placed);
      if (there === source) continue;
      const top = join("node_modules", name);
      const at = there === undefined ? top : join(next.at, top);
      placed.set(at, source);
      waiting.push({ from: source, at });
    }
  }
  return placed;
}

async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    dereference: true,
    // Packages of a package have their own place.
    filter: (path) => !LEFT_OUT.test(path) && basename(path) !== "node_modules",
  });
}

async function hashOfTree(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const file of files) hash.update(relative(folder, file)).update(await readFile(file));
  return hash.digest("hex").slice(0, HASH_DIGITS);
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex").slice(0, HASH_DIGITS);
}

/**
 * Both names hold the hash of what they stand for, so that hosts fetch only what they have not got, and what
 * runs is never written over.
 * @throws BatonError UNABLE, BINARY_MISSING; the signal's reason
 */
export async function packProgram(
  folder: string,
  { root, version, runtime }: ProgramSources,
  signal: AbortSignal,
): Promise<Program> {
  const stage = join(folder, "stage");
  await mkdir(stage, { recursive: true });
  for (const part of ["bin", "dist", "package.json"])
    await copyTree(join(root, part), join(stage, part));
  for (const [at, source] of await packagesOf(root)) {
    signal.throwIfAborted();
    await copyTree(source, join(stage, at));
  }
  const id = `baton-${version}-${await hashOfTree(stage)}`;
  await writeFile(join(stage, "complete"), "");
  const archive = join(folder, `${id}.tar.gz`);
  // The file by which a host knows that nothing is missing is unpacked last.
  const parts = ["bin", "dist", "package.json", "node_modules", "complete"];
  const access = ["--owner=0", "--group=0", "--mode=u+rwX,go+rX,go-w"];
  const moved = ["--transform", `s,^,${id}/,`];
  const { status, stderr } = await runCommand(
    [
      "tar",
      "--create",
      "--gzip",
      "--file",
      archive,
      ...access,
      ...moved,
      "--directory",
      stage,
      ...parts,
    ],
    { withinMs: TAR_MS, signal },
  );
  if (status !== 0) throw new BatonError("UNABLE", `tar ended with ${status}: ${stderr.trim()}`);
  return { archive, id, runtime, runtimeId: `node-${await hashOfFile(runtime)}` };
}

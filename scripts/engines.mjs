// Fetches other engines than the machine's own Redis into a cache folder, for `baton lab up --engine DIR`.
// Nothing is installed: each folder holds a server of a newer Debian suite with its own loader and libraries.
// Plain Node without any package, like the other scripts.
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { note, openApt, Refused, run, runOrRefuse } from "./engines-apt.mjs";

/** The names a person may ask for: which package, of which suite, and how its version must begin. */
const ENGINES = {
  "redis-8.0": { family: "redis", suite: "trixie", version: "8.0." },
  "valkey-8.1": { family: "valkey", suite: "trixie", version: "8.1." },
  "valkey-9.1": { family: "valkey", suite: "sid", version: "9.1." },
};

const UNFINISHED = ".making-";

function cacheFolder({ BATON_ENGINES, XDG_CACHE_HOME }) {
  if (BATON_ENGINES) return resolve(BATON_ENGINES);
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "baton", "engines");
}

/** What one package needs, by the first of its alternatives. */
function dependenciesOf(name, { settings, folder }) {
  const only = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
  const args = [...settings, "depends", ...only.map((kind) => `--no-${kind}`), name];
  const out = runOrRefuse("apt-cache", args, folder, `the archive knows no package ${name}`);
  const names = [];
  let isAlternative = false;
  for (const line of out.split("\n")) {
    const found = /^\s+(\|?)(?:Pre)?Depends: (\S+)$/.exec(line);
    if (found === null) continue;
    const [, bar, dependency = ""] = found;
    if (!isAlternative && !dependency.startsWith("<")) names.push(dependency);
    isAlternative = bar === "|";
  }
  return names;
}

/**
 * The server with everything its programs load: libraries, its own tools, and Lua's modules. What only an
 * installation needs (adduser, debconf, ...) is passed over; `checkLibraries` notices if that was too much.
 */
function packagesFor(family, apt) {
  const isWanted = (name) => /^(lib|lua|zlib)/.test(name) || name.startsWith(`${family}-`);
  // libc6 even where nothing named it: it brings the loader.
  const wanted = new Set([`${family}-server`, "libc6"]);
  // A set hands out what is added to it while it is walked.
  for (const name of wanted) {
    for (const dependency of dependenciesOf(name, apt)) if (isWanted(dependency)) wanted.add(dependency);
  }
  return [...wanted];
}

function commandOf(folder, family) {
  for (const libraries of ["usr/lib", "lib"]) {
    let places = [];
    try {
      places = readdirSync(join(folder, libraries)).map((name) => join(folder, libraries, name));
    } catch {
      // Not here: Debian moved its libraries from the one to the other.
    }
    for (const place of places) {
      const loader =
        isFolder(place) && readdirSync(place).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
      if (!loader) continue;
      const server = join(folder, "usr/bin", `${family}-server`);
      return { loader: join(place, loader), options: ["--library-path", place], server };
    }
  }
  return undefined;
}

function isFolder(path) {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** "8.0.2", or undefined where nothing that runs is there. */
function versionIn(folder, family) {
  const command = commandOf(folder, family);
  if (command === undefined) return undefined;
  const ran = run(command.loader, [...command.options, command.server, "--version"], folder);
  return ran.isFine ? /\bv=(\S+)/.exec(ran.out)?.[1] : undefined;
}

/** The loader falls back to the machine's own libraries, which fit until the day they do not. */
function checkLibraries(folder, family) {
  const { loader, options, server } = commandOf(folder, family) ?? {};
  if (loader === undefined)
    throw new Refused(`the package libc6 holds no loader (ld-linux-*) where it was`);
  const out = runOrRefuse(
    loader,
    [...options, "--list", server],
    folder,
    "the loader refuses the server",
  );
  const strays = out.split("\n").filter((line) => /=>/.test(line) && !line.includes(`=> ${folder}/`));
  if (strays.length === 0) return;
  throw new Refused(`no package of ${family}-server's brought these libraries:\n${strays.join("\n")}`);
}

function fetchInto(folder, name, { family, suite, version }, apt) {
  const packages = packagesFor(family, apt);
  note(`fetching ${name}: ${packages.length} packages ...`);
  const debs = join(folder, "debs");
  mkdirSync(debs, { recursive: true });
  const args = [...apt.settings, "download", "-q", ...packages];
  runOrRefuse("apt-get", args, debs, `${suite} does not have every package of ${name}`);
  for (const deb of readdirSync(debs)) {
    runOrRefuse("dpkg", ["-x", join(debs, deb), folder], folder, `${deb} cannot be unpacked`);
  }
  rmSync(debs, { recursive: true });
  checkLibraries(folder, family);
  const found = versionIn(folder, family);
  if (found?.startsWith(version)) return;
  throw new Refused(
    `${suite} has ${family} ${found ?? "that does not run"} now, and ${name} was asked for`,
  );
}

/** What a run that was killed has left; the number in the name is that run's process. */
function removeUnfinished(cache) {
  for (const name of readdirSync(cache).filter((one) => one.startsWith(UNFINISHED))) {
    try {
      process.kill(Number(name.split("-").at(-1)), 0);
    } catch (error) {
      if (error.code === "ESRCH") rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}

function put(unfinished, target) {
  rmSync(target, { recursive: true, force: true });
  renameSync(unfinished, target);
}

function provide(names, cache) {
  const apts = new Map();
  const place = (word) => join(cache, `${UNFINISHED}${word}-${process.pid}`);
  try {
    for (const name of names) {
      const engine = ENGINES[name];
      const target = join(cache, name);
      if (versionIn(target, engine.family) === undefined) {
        const { suite } = engine;
        if (!apts.has(suite)) apts.set(suite, openApt(suite, place(suite)));
        mkdirSync(place(name));
        fetchInto(place(name), name, engine, apts.get(suite));
        put(place(name), target);
      }
      process.stdout.write(`${engine.family} ${versionIn(target, engine.family)}: ${target}\n`);
    }
  } finally {
    const words = [...names, ...Object.values(ENGINES).map(({ suite }) => suite)];
    for (const word of words) rmSync(place(word), { recursive: true, force: true });
  }
}

/** What is there, without fetching anything: name, folder, and the engine or "absent", apart by tabs. */
function list(cache) {
  for (const [name, { family }] of Object.entries(ENGINES)) {
    const version = versionIn(join(cache, name), family);
    const found = version === undefined ? "absent" : `${family} ${version}`;
    process.stdout.write(`${name}\t${join(cache, name)}\t${found}\n`);
  }
}

function main(words) {
  const cache = cacheFolder(process.env);
  const unknown = words.filter((name) => !Object.hasOwn(ENGINES, name));
  if (words.join() === "--list") return list(cache);
  if (words.length === 0 || unknown.length > 0) {
    const found = unknown.length === 0 ? "nothing" : unknown.join(", ");
    const known = Object.keys(ENGINES).join(", ");
    note(`node scripts/engines.mjs NAME...: expected --list, or some of ${known}; found ${found}`);
    process.exitCode = 2;
    return;
  }
  try {
    mkdirSync(cache, { recursive: true });
    removeUnfinished(cache);
    provide(words, cache);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    note(error.message);
    process.exitCode = 3;
  }
}

main(process.argv.slice(2));

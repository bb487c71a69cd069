// Which programs a lab runs as Redis and as Sentinel: the machine's own, or those of an engine's folder.
import { execFile } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { BatonError } from "../errors.ts";
import { findBinary } from "../sys/processes.ts";

export type CommandPrefix = readonly [string, ...string[]];

export interface Engine {
  /** "redis 8.0.2", "valkey 9.1.2": what the program says of itself. */
  readonly name: string;
  /** Command lines that only lack the configuration file. */
  readonly redisServer: CommandPrefix;
  readonly redisSentinel: CommandPrefix;
}

const FAMILIES = ["redis", "valkey"] as const;
const PROGRAMS: ReadonlySet<string> = new Set(
  FAMILIES.flatMap((family) => [`${family}-server`, `${family}-sentinel`]),
);
const isLoader = (path: string): boolean => /^ld-linux.*\.so\.\d+$/.test(basename(path));

/** True for the command line of a Redis or a Sentinel, also of one that its own loader has started. */
export function isEngineProcess(argv: readonly string[]): boolean {
  const isProgram = (word: string) => PROGRAMS.has(basename(word));
  const [first = "", ...rest] = argv;
  return isProgram(first) || (isLoader(first) && rest.some(isProgram));
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
}

/** The loader and the libraries beside it, which Debian keeps in a folder named after the architecture. */
function loaderIn(folder: string): { readonly loader: string; readonly libraries: string } | undefined {
  for (const parent of [join(folder, "usr/lib"), join(folder, "lib")]) {
    for (const libraries of namesIn(parent).filter((name) => name.includes("-linux-"))) {
      const place = join(parent, libraries);
      const name = namesIn(place).find(isLoader);
      if (name !== undefined) return { loader: join(place, name), libraries: place };
    }
  }
  return undefined;
}

type Prefixes = Pick<Engine, "redisServer" | "redisSentinel">;

/** The loader is started in the program's place: a newer program needs the libraries it was built with. */
function prefixesIn(folder: string): Prefixes {
  const family = FAMILIES.find((name) => existsSync(join(folder, "usr/bin", `${name}-server`)));
  const found = loaderIn(folder);
  if (family === undefined || found === undefined) {
    const expected = "expected usr/bin/redis-server or usr/bin/valkey-server";
    const loader = "and beside its libraries usr/lib/*-linux-*/ld-linux-*.so.*";
    const lacks = family === undefined ? "no server" : "a server without a loader";
    throw new BatonError(
      "BINARY_MISSING",
      `${folder} holds ${lacks}: ${expected}, ${loader}, as scripts/engines.mjs lays them out`,
      { details: { folder } },
    );
  }
  const { loader, libraries } = found;
  // Sentinel is the same program under another name, and the name is all that the program looks at.
  const as = (name: string): CommandPrefix => [
    loader,
    "--argv0",
    name,
    "--library-path",
    libraries,
    join(folder, "usr/bin", `${family}-server`),
  ];
  return { redisServer: as(`${family}-server`), redisSentinel: as(`${family}-sentinel`) };
}

/** Exported for its test. "Redis server v=7.0.15 sha=..." and "Valkey server v=9.1.2 sha=...". */
export function nameFrom(version: string): string | undefined {
  const [, family = "", number = ""] = /^(\w+) server v=(\S+)/.exec(version) ?? [];
  return number === "" ? undefined : `${family.toLowerCase()} ${number}`;
}

async function nameOf([program, ...args]: CommandPrefix, where: string): Promise<string> {
  let said: string;
  try {
    said = (await promisify(execFile)(program, [...args, "--version"], { timeout: 10_000 })).stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const why = stderr?.trim() || message;
    throw new BatonError("BINARY_MISSING", `${where} does not answer --version: ${why}`, {
      cause: error,
    });
  }
  const name = nameFrom(said);
  if (name !== undefined) return name;
  const found = JSON.stringify(said.slice(0, 80));
  throw new BatonError("BINARY_MISSING", `${where} is neither Redis nor Valkey: it says ${found}`);
}

/**
 * The engine in `folder`, or without one the machine's own, which has to be on `path`.
 * @throws BatonError BINARY_MISSING when it is not there, or does not run on this machine.
 */
export async function findEngine(folder: string | undefined, path: string | undefined): Promise<Engine> {
  const prefixes: Prefixes =
    folder === undefined
      ? {
          redisServer: [findBinary("redis-server", path)],
          redisSentinel: [findBinary("redis-sentinel", path)],
        }
      : prefixesIn(folder);
  const where = folder === undefined ? prefixes.redisServer[0] : `the server in ${folder}`;
  return { ...prefixes, name: await nameOf(prefixes.redisServer, where) };
}

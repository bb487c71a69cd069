// What a redis.conf says about a node's data and role, read as the server itself would read it.
import { isAbsolute, join } from "node:path";
import type { Endpoint } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { readTextFile } from "../sys/files.ts";

export interface RedisConfig {
  /** Absolute. */
  readonly dataDirectory: string;
  readonly appendOnly: boolean;
  readonly appendDirname: string;
  readonly appendFilename: string;
  readonly dbFilename: string;
  /** The primary that the server would follow without being told otherwise. */
  readonly replicaOf: Endpoint | undefined;
}

/** Includes may include; a file that includes itself must not be read for ever. */
const DEPTH_MAX = 8;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\u0007" };

/** A word of a configuration line without its quotes: 'x' knows only \', "x" knows \n, \xHH and more. */
function unquoted(word: string): string {
  if (word.startsWith("'")) return word.slice(1, -1).replaceAll("\\'", "'");
  if (!word.startsWith('"')) return word;
  return word.slice(1, -1).replaceAll(/\\(?:x([0-9a-f]{2})|(.))/gi, (_, hex?: string, char = "") => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return ESCAPES[char] ?? char;
  });
}

/** The words of one line; none for a comment or an empty line. */
export function wordsOf(line: string): readonly string[] {
  if (/^\s*(#|$)/.test(line)) return [];
  return (line.match(/"(?:\\.|[^"\\])*"|'(?:\\'|[^'])*'|[^\s"']+/g) ?? []).map(unquoted);
}

type Directives = Map<string, readonly string[]>;

async function collect(path: string, into: Directives, depth: number): Promise<void> {
  if (depth > DEPTH_MAX) {
    throw new BatonError("UNABLE", `${path}: more than ${DEPTH_MAX} files include one another`);
  }
  for (const line of (await readTextFile(path)).split(/\r?\n/)) {
    const [name = "", ...values] = wordsOf(line);
    if (name.toLowerCase() !== "include") {
      into.set(name.toLowerCase(), values);
      continue;
    }
    const [included = ""] = values;
    // The server would expand patterns, and look from its working directory, which is not known here.
    if (!isAbsolute(included) || /[*?[]/.test(included)) {
      const expected = "expected the absolute path of one file";
      throw new BatonError("UNABLE", `${path}: include ${included}: ${expected}, as its place decides`);
    }
    await collect(included, into, depth + 1);
  }
}

function replicaOfFrom(path: string, directives: Directives): Endpoint | undefined {
  const [address = "no", port = "one"] = directives.get("replicaof") ?? directives.get("slaveof") ?? [];
  if (address.toLowerCase() === "no" && port.toLowerCase() === "one") return undefined;
  if (/^[\w.:-]+$/.test(address) && /^\d{1,5}$/.test(port)) return { address, port: Number(port) };
  const found = `replicaof ${address} ${port}`;
  throw new BatonError("UNABLE", `${path}: found ${found}, expected an address and a port`);
}

/**
 * The last line of a name counts, as for the server; absent names have the defaults of Redis 7.0.
 * @throws BatonError DISK when a file cannot be read; UNABLE for a `dir` that depends on where the
 *   server is started, and for what the server would refuse too.
 */
export async function readRedisConfig(path: string): Promise<RedisConfig> {
  const directives: Directives = new Map();
  await collect(path, directives, 0);
  const value = (name: string, fallback: string): string => directives.get(name)?.[0] ?? fallback;
  const dataDirectory = value("dir", "./");
  if (!isAbsolute(dataDirectory)) {
    const why = "or nobody can tell whether the node has data";
    throw new BatonError(
      "UNABLE",
      `${path}: dir is ${dataDirectory}, expected an absolute path, ${why}`,
    );
  }
  return {
    dataDirectory: join(dataDirectory),
    appendOnly: value("appendonly", "no").toLowerCase() === "yes",
    appendDirname: value("appenddirname", "appendonlydir"),
    appendFilename: value("appendfilename", "appendonly.aof"),
    dbFilename: value("dbfilename", "dump.rdb"),
    replicaOf: replicaOfFrom(path, directives),
  };
}

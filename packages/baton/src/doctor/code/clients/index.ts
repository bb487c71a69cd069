// Every reader of a client library, and the calls by which code asks a Sentinel for the primary itself.
import type { ClientFile, ClientLibrary } from "../../facts-clients.ts";
import { type FileKind, kindOf } from "../../recognise.ts";
import type { SourceText, Sources } from "../../sources.ts";
import { ProgramBuilder } from "../builder.ts";
import { type Grammars, loadGrammars } from "../grammar.ts";
import type { Call, CodeLanguage, Program } from "../program.ts";
import { hiredis, redisPlusPlus } from "./cpp-redis.ts";
import { ioredis } from "./ioredis.ts";
import type { LibraryReader } from "./library.ts";
import { nodeRedis } from "./node-redis.ts";
import { isPerlSentinel, perlRedis } from "./perl-redis.ts";
import { isPhpredisSentinel, phpredis } from "./phpredis.ts";
import { predis } from "./predis.ts";
import { isSentinelObject, redisPy } from "./redis-py.ts";
import { methodsByObject, objectOf } from "./values.ts";

const READERS: Readonly<Record<CodeLanguage, readonly LibraryReader[]>> = {
  cpp: [hiredis, redisPlusPlus],
  node: [ioredis, nodeRedis],
  perl: [perlRedis],
  php: [phpredis, predis],
  python: [redisPy],
};

const LANGUAGES: Readonly<Partial<Record<FileKind, CodeLanguage>>> = {
  "code-cpp": "cpp",
  "code-node": "node",
  "code-perl": "perl",
  "code-php": "php",
  "code-python": "python",
};

/** Loads what is needed to read the code among these files; call it before `factsFrom`. */
export function grammarsFor(files: readonly SourceText[]): Promise<Grammars> {
  return loadGrammars(files.flatMap((file) => languageOf(file) ?? []));
}

/** What every file of code does with Redis. Without grammars for it, code is not looked at. */
export function clientsFrom({ files, grammars }: Sources): readonly ClientFile[] {
  if (grammars === undefined) return [];
  return files.flatMap((file) => {
    const language = languageOf(file);
    if (language === undefined) return [];
    const program = grammars.read(language, file.path, file.text);
    return typeof program === "string" ? [unread(file, language, program)] : [clientFileOf(program)];
  });
}

/** What a program must name to use one of the libraries; no other code is parsed. */
const NAMED: Readonly<Record<CodeLanguage, RegExp>> = {
  cpp: /hiredis|redis\+\+|redis\/redis\.h/,
  node: /["'`](?:ioredis|redis|@redis\/client)["'`]/,
  perl: /\bRedis\b/,
  php: /\bP?redis\b|\bRedisSentinel\b|WP_REDIS_/i,
  python: /\b(?:import|from)\s+redis\b/,
};

/** Also of code that listens to Sentinel's events through a connection which it was given. */
function languageOf(file: SourceText): CodeLanguage | undefined {
  const kind = kindOf(file);
  const language = kind === undefined ? undefined : LANGUAGES[kind];
  if (language === undefined) return undefined;
  return NAMED[language].test(file.text) || /switch-master/.test(file.text) ? language : undefined;
}

function unread({ path }: SourceText, language: CodeLanguage, reason: string): ClientFile {
  const program = new ProgramBuilder(path, language).program();
  return { path, program, libraries: new Set(), uses: [], lookups: [], unread: reason };
}

function clientFileOf(program: Program): ClientFile {
  const methods = methodsByObject(program);
  const uses = READERS[program.language].flatMap((reader) => reader(program, methods));
  return {
    path: program.file,
    program,
    libraries: new Set<ClientLibrary>(uses.map(({ library }) => library)),
    uses,
    lookups: program.calls.filter((call) => isLookup(program, call)),
  };
}

function isLookup(program: Program, call: Call): boolean {
  const made = objectOf(program, call.receiver);
  if (program.language === "cpp") return isHiredisLookup(call);
  if (program.language === "perl")
    return call.name === "get_service_address" && isPerlSentinel(program, made);
  if (program.language === "php")
    return /^getMasterAddrByName$/i.test(call.name) && isPhpredisSentinel(program, made);
  if (program.language === "python")
    return call.name === "discover_master" && made !== undefined && isSentinelObject(program, made);
  // `redis.call("SENTINEL", "get-master-addr-by-name", name)`, and `redis.sentinel(...)` the same.
  const isAsked = made !== undefined && /^(call|sendCommand|sentinel)$/.test(call.name);
  return isAsked && call.arguments.some((value) => mentionsLookup(value));
}

function isHiredisLookup({ name, arguments: values }: Call): boolean {
  const [, format] = values;
  return (
    /^redis(v?Command|CommandArgv)$/.test(name) &&
    format?.kind === "text" &&
    /^\s*SENTINEL\s+get-master-addr-by-name\b/i.test(format.text)
  );
}

function mentionsLookup(value: Call["arguments"][number]): boolean {
  if (value.kind === "list")
    return value.items.some((item) => item.kind === "text" && mentionsLookup(item));
  return value.kind === "text" && /^get-master-addr-by-name$/i.test(value.text);
}

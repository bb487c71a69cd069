// CLI011: a handler that lets a frozen or demoted primary through.
import { caught } from "../clients.ts";
import type { Handler } from "../code/program.ts";
import type { ClientFile, ClientLibrary } from "../facts-clients.ts";
import type { Rule } from "../rule.ts";

interface Hierarchy {
  /** Those that catch enough. */
  readonly enough: RegExp;
  /** Those that are caught instead, and what they miss. */
  readonly narrow: readonly (readonly [type: RegExp, misses: string])[];
}

const HIERARCHIES: Readonly<Partial<Record<ClientLibrary, Hierarchy>>> = {
  "redis-py": {
    enough: /^(BaseException|Exception|redis(\.\w+)*\.(RedisError|TimeoutError))$/,
    narrow: [
      [
        /^redis(\.\w+)*\.ConnectionError$/,
        "redis.TimeoutError, which is no ConnectionError and is what a frozen primary gives",
      ],
      [
        /^(ConnectionError|OSError|TimeoutError|IOError)$/,
        "every error of redis-py: this is Python's own class, and redis.ConnectionError is another",
      ],
    ],
  },
  "redis-plus-plus": {
    enough: /^(sw\.redis\.Error|Error|std\.exception|exception)$/,
    narrow: [
      [
        /^(sw\.redis\.)?TimeoutError$/,
        "ClosedError and IoError of a lost connection, and ReplyError of a demoted primary",
      ],
      [
        /^(sw\.redis\.)?IoError$/,
        "ClosedError of a lost connection and ReplyError of a demoted primary",
      ],
      [/^(sw\.redis\.)?ReplyError$/, "IoError and ClosedError of a lost connection"],
    ],
  },
  predis: {
    enough:
      /^(Exception|Throwable|RuntimeException|Predis\.PredisException|Predis\.Response\.ServerException)$/,
    narrow: [
      [
        /^Predis\.Connection\.ConnectionException$/,
        "ServerException, with which a demoted primary answers READONLY or NOREPLICAS",
      ],
    ],
  },
};

const python = (types: string): string =>
  "import redis\n\nstore = redis.Redis(host=HOST, socket_timeout=0.5)\n\n\n" +
  "def save(key, value):\n    try:\n" +
  `        store.set(key, value)\n    except ${types}:\n        keep_for_later(key, value)\n`;

export const cli011: Rule = {
  id: "CLI011",
  title: "only some of the library's errors are caught",
  severity: "warning",
  why:
    "What a client raises depends on how the primary failed: refused, silent, demoted. " +
    "Code that catches the first kind only " +
    "crashes at the others, and is never seen to in a test that merely stops Redis.",
  fix: "Catch the library's base class: redis.RedisError, sw::redis::Error, Predis\\PredisException.",
  evidence:
    "Measured: TimeoutError is no subclass of ConnectionError in redis-py 4.3 and 8; one " +
    "published recipe misses it.",
  sees: ["static"],
  bad: {
    about: "A timeout gets through.",
    files: { "app/store.py": python("redis.ConnectionError") },
  },
  good: {
    about: "Both are caught.",
    files: { "app/store.py": python("(redis.ConnectionError, redis.TimeoutError)") },
  },
  *check(facts) {
    for (const file of facts.clients) {
      const seen = new Set<Handler>();
      for (const { library, commands } of file.uses) {
        const hierarchy = HIERARCHIES[library];
        if (hierarchy === undefined) continue;
        for (const { handlers } of commands) {
          const found = narrowest(file, handlers, hierarchy);
          if (found === undefined || seen.has(found.handler)) continue;
          seen.add(found.handler);
          const { place, types } = found.handler;
          const separator = SEPARATORS[file.program.language] ?? ".";
          const names = types.map((type) => type.replaceAll(".", separator));
          yield { place, message: `Catching ${names.join(" and ")} misses ${found.misses}.` };
        }
      }
    }
  },
};

/** As people write it in their language. */
const SEPARATORS: Readonly<Partial<Record<string, string>>> = { cpp: "::", php: "\\" };

/** All handlers around the call count together; one that catches everything ends the question. */
function narrowest(
  file: ClientFile,
  handlers: readonly Handler[],
  { enough, narrow }: Hierarchy,
): { readonly handler: Handler; readonly misses: string } | undefined {
  const names = handlers.map(({ types }) => caught(file, types));
  if (names.some((types) => types.length === 0)) return undefined;
  const all = names.flat();
  if (all.some((type) => enough.test(type))) return undefined;
  for (const [type, misses] of narrow) {
    const index = names.findIndex((types) => types.some((one) => type.test(one)));
    const handler = handlers[index];
    if (handler !== undefined) return { handler, misses };
  }
  return undefined;
}

// How many words a line of redis.conf or sentinel.conf takes, to see when there is more than one line in it.
import type { Directive, Word } from "./facts.ts";
import { sentinelDirective } from "./sentinel-directives.ts";

/** More than one word behind the name; every other known line takes exactly one. */
const WORDS_MAX: Readonly<Record<string, number>> = {
  "oom-score-adj-values": 3,
  "rename-command": 2,
  replicaof: 2,
  slaveof: 2,
};

/** Lists of any length, in which no word begins with #. */
const LISTS = new Set([
  "bind",
  "client-output-buffer-limit",
  "latency-tracking-info-percentiles",
  "save",
]);

/** Lines that end a file's start when something follows their value. */
const ONE_WORD = new Set(
  `
    aclfile appendfilename appendfsync appendonly cluster-enabled daemonize databases
    dbfilename dir hz lazyfree-lazy-eviction logfile loglevel masterauth masteruser maxclients
    maxmemory maxmemory-policy min-replicas-max-lag min-replicas-to-write min-slaves-max-lag
    min-slaves-to-write pidfile port protected-mode rdbchecksum rdbcompression
    repl-backlog-size repl-diskless-sync repl-timeout replica-announce-ip replica-announce-port
    replica-priority replica-read-only replica-serve-stale-data requirepass slave-priority
    slave-read-only slave-serve-stale-data stop-writes-on-bgsave-error supervised tcp-backlog
    tcp-keepalive timeout tls-port tls-replication
  `
    .trim()
    .split(/\s+/),
);

/** Undefined for a line of which that is not known. */
function wordsMax({ name }: Directive): number | undefined {
  if (name.startsWith("sentinel ")) {
    const known = sentinelDirective(name.slice("sentinel ".length));
    return known?.wordsMax ?? known?.words;
  }
  return WORDS_MAX[name] ?? (ONE_WORD.has(name) ? 1 : undefined);
}

function isDirectiveName({ text, isUnknown }: Word): boolean {
  const name = text.toLowerCase();
  const isKnown = ONE_WORD.has(name) || LISTS.has(name) || Object.hasOwn(WORDS_MAX, name);
  return !isUnknown && (isKnown || name === "sentinel");
}

export type Excess = { readonly kind: "comment" | "line"; readonly word: Word };

/** The word with which a comment or another line begins; undefined when all of the line is its own. */
export function excessOf(line: Directive): Excess | undefined {
  const isUser = line.name === "user";
  const isList = LISTS.has(line.name);
  const max = isList || isUser ? 0 : wordsMax(line);
  if (max === undefined) return undefined;
  const beyond = line.words.slice(max);
  const comment = beyond.find(({ text }) => (isUser ? isNoHash(text) : text.startsWith("#")));
  if (comment !== undefined) return { kind: "comment", word: comment };
  // The name of a user may be any word.
  const next = isUser ? undefined : beyond.find(isDirectiveName);
  return next && { kind: "line", word: next };
}

/** A word of an ACL that begins with # is the hash of a password. */
function isNoHash(text: string): boolean {
  return text.startsWith("#") && !/^#[0-9a-f]{64}$/.test(text);
}

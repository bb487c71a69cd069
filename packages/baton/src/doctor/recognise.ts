// Says what kind of file a text is, by its name and by what it says.
import { isSentinelLog } from "./parse/sentinel-log.ts";
import { folderOf, plainName } from "./parse/shelf.ts";
import { unitOfDropIn } from "./parse/systemd.ts";
import { infrastructureKindOf } from "./recognise-infrastructure.ts";
import type { SourceText } from "./sources.ts";

export type FileKind =
  | "redis-conf"
  | "sentinel-conf"
  | "sentinel-log"
  | "acl-file"
  | "systemd-unit"
  | "ansible"
  | "inventory"
  | "compose"
  | "helm"
  | "haproxy"
  | "sysctl"
  | "shell"
  | "terraform"
  | "code-perl"
  | "code-python"
  | "code-php"
  | "code-cpp"
  | "code-node"
  | "cluster-file";

/** What a file says at its beginning is enough to tell its kind. */
const HEAD_MAX = 65_536;

/** Folders whose files are read by others than Redis, whatever they are called: sysctl.d/redis.conf. */
const FOREIGN = new RegExp(
  "(?:^|/)(?:sysctl|limits|tmpfiles|sysusers|logrotate|rsyslog|modprobe|apparmor|nginx|supervisor" +
    "|monit|conf-available|sudoers)(?:\\.d)?(?:/|$)",
);

/** Directives that say nothing but Redis. Enough to know the file, not to judge it. */
const REDIS_WORDS = new Set(
  (
    "aclfile activerehashing always-show-logo aof-load-truncated aof-use-rdb-preamble " +
    "appenddirname appendfilename appendfsync appendonly auto-aof-rewrite-min-size " +
    "auto-aof-rewrite-percentage client-output-buffer-limit cluster-enabled daemonize databases " +
    "dbfilename io-threads latency-monitor-threshold lazyfree-lazy-eviction loadmodule " +
    "masterauth masteruser maxclients maxmemory maxmemory-policy min-replicas-max-lag " +
    "min-replicas-to-write min-slaves-max-lag min-slaves-to-write no-appendfsync-on-rewrite " +
    "notify-keyspace-events primaryauth primaryuser protected-mode rdbchecksum rdbcompression " +
    "rename-command repl-backlog-size repl-disable-tcp-nodelay repl-diskless-sync repl-timeout " +
    "replica-priority replica-read-only replica-serve-stale-data replicaof requirepass save " +
    "slave-priority slave-read-only slave-serve-stale-data slaveof slowlog-log-slower-than " +
    "slowlog-max-len stop-writes-on-bgsave-error supervised tcp-backlog tcp-keepalive tls-port " +
    "tls-replication unixsocket unixsocketperm"
  ).split(" "),
);
/** Also used by others, or too short to prove anything alone. */
const COMMON_WORDS = new Set(
  "bind dir hz include logfile loglevel pidfile port timeout user".split(" "),
);

/** Several parts of doctor ask, and a text never changes. */
const known = new WeakMap<SourceText, FileKind | "none">();

/** Undefined for a file that doctor does not read. */
export function kindOf(source: SourceText): FileKind | undefined {
  const kind = known.get(source) ?? findKind(source) ?? "none";
  known.set(source, kind);
  return kind === "none" ? undefined : kind;
}

function findKind(source: SourceText): FileKind | undefined {
  const { path } = source;
  const name = plainName(path).toLowerCase();
  const head = source.text.slice(0, HEAD_MAX);
  if (/(?:~|\.(?:bak|orig|old|swp|rpmsave|rpmnew|dpkg-(?:old|dist|new)))$/.test(name)) return undefined;
  if (unitOfDropIn(path) !== undefined || /\.(?:service|slice)$/.test(name)) return "systemd-unit";
  if (/\.log(?:[.-]\d[\d.-]*)?$/.test(name)) return isSentinelLog(head) ? "sentinel-log" : undefined;
  return (
    codeKind(path, name, head) ??
    infrastructureKindOf(path, name, head) ??
    configurationKind(path, name, head)
  );
}

const CODE: readonly (readonly [RegExp, RegExp, FileKind])[] = [
  [/\.(?:pl|pm|t|psgi)$/, /\bperl\b/, "code-perl"],
  [/\.py$/, /\bpython[\d.]*\b/, "code-python"],
  [/\.(?:php|inc)$/, /\bphp\b/, "code-php"],
  [/\.(?:cpp|cc|cxx|hpp|hh|h)$/, /^\0$/, "code-cpp"],
  [/\.(?:js|mjs|cjs|jsx|ts|mts|cts|tsx)$/, /\bnode\b/, "code-node"],
  [/\.(?:sh|bash|ksh)$/, /\b(?:ba|da|k|z)?sh\b/, "shell"],
];

/** Code that never speaks of Redis is of no interest. */
function codeKind(path: string, name: string, head: string): FileKind | undefined {
  const shebang = /^#![^\n]{0,200}/.exec(head)?.[0];
  const row = CODE.find(
    ([names, interpreter]) =>
      names.test(name) || (shebang !== undefined && !/\.\w+$/.test(name) && interpreter.test(shebang)),
  );
  if (row === undefined || name.endsWith(".d.ts") || /(?:^|\/)node_modules\//.test(path))
    return undefined;
  return row[2] === "shell" || /redis|valkey|sentinel/i.test(head) ? row[2] : undefined;
}

function configurationKind(path: string, name: string, head: string): FileKind | undefined {
  if (/\.(?:md|txt|rst|html?|json|log|csv|xml|lock)$/.test(name) || FOREIGN.test(folderOf(path))) {
    return undefined;
  }
  const words = firstWords(head);
  const known = words.filter((word) => REDIS_WORDS.has(word)).length;
  const isConfig = /(?:\.(?:conf|cfg|cnf|config)(?:[.-]\w+)?|^[^.]+)$/.test(name);
  if (isConfig && /^[ \t]*sentinel[ \t]+[\w-]+[ \t]+\S/m.test(head)) return "sentinel-conf";
  if (name.endsWith(".acl") || (words.length > 0 && words.every((word) => word === "user")))
    return "acl-file";
  if (!isConfig) return undefined;
  const isNamed = /^(?:redis|valkey)/.test(name);
  const isAmongNamed = isNamed || /(?:^|\/)(?:redis|valkey)[^/]*$/.test(folderOf(path));
  const familiar = known + words.filter((word) => COMMON_WORDS.has(word)).length;
  if (/sentinel/.test(name) && /\.(?:conf|cfg)/.test(name) && (familiar > 0 || words.length === 0)) {
    return "sentinel-conf";
  }
  const hasEquals = /^[ \t]*[\w.-]{1,60}[ \t]*=/m.test(head);
  if (isNamed && name.includes(".") && !hasEquals) return "redis-conf";
  if (isAmongNamed && name.includes(".")) return familiar > 0 ? "redis-conf" : undefined;
  return known >= 2 && familiar * 3 >= words.length * 2 ? "redis-conf" : undefined;
}

/** Of every line that is no comment and no tag of a template; in lower case. */
function firstWords(head: string): readonly string[] {
  const words: string[] = [];
  for (const match of head.matchAll(/^[ \t]*([A-Za-z][\w-]*)(?=[ \t]|\r?$)/gm)) {
    words.push((match[1] ?? "").toLowerCase());
  }
  return words;
}

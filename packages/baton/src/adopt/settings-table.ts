// Which of Redis' settings may go into a cluster file, with what they are when a file says nothing: CONFIG
// GET * of a server without a file, of Redis 7.0.15 and 8.0.2 and of Valkey 8.1.1 and 9.1.2.
//
// Not here: what is of one process or one host (bind, dir, pidfile, ...), what follows from other parts of
// the cluster file, cluster-*, tls-*, and the older names of a setting, which CONFIG GET shows beside the
// newer ones.
import { redisDefault } from "../doctor/settings-defaults.ts";
import type { EngineVersion } from "../redis/capabilities.ts";

type Row = string | Readonly<Record<EngineVersion["family"], string>>;

const LAZY: Row = { redis: "no", valkey: "yes" };

/** Beside those of which doctor knows the default. */
const DEFAULTS: Readonly<Record<string, Row>> = {
  "acllog-max-len": "128",
  "active-defrag-cycle-max": "25",
  "active-defrag-cycle-min": "1",
  "active-defrag-cycle-us": "500",
  "active-defrag-ignore-bytes": "104857600",
  "active-defrag-max-scan-fields": "1000",
  "active-defrag-threshold-lower": "10",
  "active-defrag-threshold-upper": "100",
  "active-expire-effort": "1",
  activedefrag: "no",
  activerehashing: "yes",
  "aof-load-truncated": "yes",
  "aof-rewrite-incremental-fsync": "yes",
  "aof-timestamp-enabled": "no",
  "aof-use-rdb-preamble": "yes",
  "auto-aof-rewrite-min-size": "67108864",
  "auto-aof-rewrite-percentage": "100",
  "busy-reply-threshold": "5000",
  "client-query-buffer-limit": "1073741824",
  "commandlog-execution-slower-than": "10000",
  "commandlog-large-reply-max-len": "128",
  "commandlog-large-request-max-len": "128",
  "commandlog-reply-larger-than": "1048576",
  "commandlog-request-larger-than": "1048576",
  "commandlog-slow-execution-max-len": "128",
  "crash-log-enabled": "yes",
  "crash-memcheck-enabled": "yes",
  "dual-channel-replication-enabled": "no",
  "dynamic-hz": "yes",
  "enable-module-command": "no",
  "enable-protected-configs": "no",
  "extended-redis-compatibility": "no",
  "hash-max-listpack-entries": "512",
  "hash-max-listpack-value": "64",
  "hide-user-data-from-log": LAZY,
  "hll-sparse-max-bytes": "3000",
  hz: "10",
  "io-threads": "1",
  "io-threads-do-reads": "no",
  "jemalloc-bg-thread": "yes",
  "latency-monitor-threshold": "0",
  "latency-tracking": "yes",
  "latency-tracking-info-percentiles": "50 99 99.9",
  "lazyfree-lazy-eviction": LAZY,
  "lazyfree-lazy-expire": LAZY,
  "lazyfree-lazy-server-del": LAZY,
  "lazyfree-lazy-user-del": LAZY,
  "lazyfree-lazy-user-flush": LAZY,
  "lfu-decay-time": "1",
  "lfu-log-factor": "10",
  "list-compress-depth": "0",
  "list-max-listpack-size": "-2",
  loglevel: "notice",
  "max-new-connections-per-cycle": "10",
  "max-new-tls-connections-per-cycle": "1",
  "maxmemory-clients": "0",
  "maxmemory-eviction-tenacity": "10",
  "maxmemory-samples": "5",
  "no-appendfsync-on-rewrite": "no",
  "notify-keyspace-events": "",
  "prefetch-batch-max-size": "16",
  "propagation-error-behavior": "ignore",
  "proto-max-bulk-len": "536870912",
  "rdb-del-sync-files": "no",
  "rdb-save-incremental-fsync": "yes",
  "rdb-version-check": "strict",
  rdbchecksum: "yes",
  rdbcompression: "yes",
  "repl-disable-tcp-nodelay": "no",
  "repl-diskless-sync-max-replicas": "0",
  "replica-full-sync-buffer-limit": "0",
  "replica-ignore-disk-write-errors": "no",
  "replica-lazy-flush": LAZY,
  "sanitize-dump-payload": "no",
  "set-max-intset-entries": "512",
  "set-max-listpack-entries": "128",
  "set-max-listpack-value": "64",
  "shutdown-on-sigint": "default",
  "shutdown-on-sigterm": "default",
  "slowlog-log-slower-than": "10000",
  "slowlog-max-len": "128",
  "socket-mark-id": "0",
  "stream-node-max-bytes": "4096",
  "stream-node-max-entries": "100",
  "tracking-table-max-keys": "1000000",
  "zset-max-listpack-entries": "128",
  "zset-max-listpack-value": "64",
};

/** Of those that doctor knows, the ones that are neither a process' own nor written by Baton alone. */
const DOCTORS = [
  "acl-pubsub-default",
  "aclfile",
  "appenddirname",
  "appendfilename",
  "appendfsync",
  "appendonly",
  "client-output-buffer-limit",
  "databases",
  "dbfilename",
  "disable-thp",
  "enable-debug-command",
  "maxclients",
  "maxmemory",
  "maxmemory-policy",
  "oom-score-adj",
  "repl-backlog-size",
  "repl-backlog-ttl",
  "repl-diskless-load",
  "repl-diskless-sync",
  "repl-diskless-sync-delay",
  "repl-ping-replica-period",
  "repl-timeout",
  "replica-announced",
  "replica-ignore-maxmemory",
  "replica-priority",
  "replica-read-only",
  "replica-serve-stale-data",
  "save",
  "shutdown-timeout",
  "stop-writes-on-bgsave-error",
  "tcp-backlog",
  "tcp-keepalive",
  "timeout",
  "unixsocket",
];

export const SETTINGS: readonly string[] = [...Object.keys(DEFAULTS), ...DOCTORS].sort();

/** Undefined for what this version does not have. */
export function defaultOf(name: string, { family, version, name: source }: EngineVersion) {
  const row = Object.hasOwn(DEFAULTS, name) ? DEFAULTS[name] : undefined;
  if (row !== undefined) return typeof row === "string" ? row : row[family];
  return redisDefault(name, { family, numbers: version, source })?.text;
}

/** Of a host or a process, or an older name of a setting: nobody misses them. */
const ELSEWHERE = new Set([
  "always-show-logo",
  "aof-disable-auto-gc",
  "availability-zone",
  "bind",
  "bind-source-addr",
  "daemonize",
  "dir",
  "hash-seed",
  "ignore-warnings",
  "import-mode",
  "locale-collate",
  "log-format",
  "log-timestamp-format",
  "logfile",
  "lua-time-limit",
  "masterauth",
  "masteruser",
  "mptcp",
  "oom-score-adj-values",
  "pidfile",
  "port",
  "primaryauth",
  "primaryuser",
  "proc-title-template",
  "protected-mode",
  "repl-mptcp",
  "repl-ping-slave-period",
  "replicaof",
  "requirepass",
  "set-proc-title",
  "supervised",
  "unixsocketgroup",
  "unixsocketperm",
]);
const ELSEWHERE_BEGINS = [
  "cluster-",
  "min-",
  "rdma-",
  "replica-announce-",
  "slave",
  "slot-",
  "syslog-",
  "tls-",
];
const ELSEWHERE_ENDS = ["-cpulist", "_cpulist", "-ziplist-entries", "-ziplist-size", "-ziplist-value"];

/** Whether the table knows it, or knows why it is not there. */
export function isKnown(name: string): boolean {
  const isElsewhere =
    ELSEWHERE.has(name) ||
    ELSEWHERE_BEGINS.some((beginning) => name.startsWith(beginning)) ||
    ELSEWHERE_ENDS.some((end) => name.endsWith(end));
  return isElsewhere || SETTINGS.includes(name);
}

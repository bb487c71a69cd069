// What Redis, Valkey and Sentinel do when a file says nothing, by version, where a rule has to know.
import type { Version } from "./facts.ts";
import { compareVersions, versionNumbers } from "./values.ts";

/** A value from a version on; rows of one name are in the order of versions. */
interface Row {
  readonly text: string;
  readonly redis?: string;
  readonly valkey?: string;
}

/** Undefined `text` of a version before the first row's: there is no such setting. */
const REDIS: Readonly<Record<string, string | readonly Row[]>> = {
  "acl-pubsub-default": [
    { text: "allchannels", redis: "6.2" },
    { text: "resetchannels", redis: "7.0", valkey: "7.2" },
  ],
  aclfile: "",
  appenddirname: [{ text: "appendonlydir", redis: "7.0", valkey: "7.2" }],
  appendfilename: "appendonly.aof",
  appendfsync: "everysec",
  appendonly: "no",
  bind: [
    { text: "", redis: "2.8" },
    { text: "* -::*", redis: "7.0", valkey: "7.2" },
  ],
  "client-output-buffer-limit": "normal 0 0 0 slave 256mb 64mb 60 pubsub 32mb 8mb 60",
  "cluster-enabled": "no",
  daemonize: "no",
  databases: "16",
  dbfilename: "dump.rdb",
  dir: "./",
  "disable-thp": [{ text: "yes", redis: "6.2", valkey: "7.2" }],
  "enable-debug-command": [{ text: "no", redis: "7.0", valkey: "7.2" }],
  logfile: "",
  masterauth: "",
  masteruser: "",
  maxclients: "10000",
  maxmemory: "0",
  "maxmemory-policy": "noeviction",
  "min-replicas-max-lag": "10",
  "min-replicas-to-write": "0",
  "oom-score-adj": "no",
  pidfile: "",
  port: "6379",
  "protected-mode": "yes",
  "repl-backlog-size": [
    { text: "1mb", redis: "2.8", valkey: "7.2" },
    { text: "10mb", valkey: "8.0" },
  ],
  "repl-backlog-ttl": "3600",
  "repl-diskless-load": "disabled",
  "repl-diskless-sync": [
    { text: "no", redis: "2.8" },
    { text: "yes", redis: "7.0", valkey: "7.2" },
  ],
  "repl-diskless-sync-delay": "5",
  "repl-ping-replica-period": "10",
  "repl-timeout": "60",
  "replica-announce-ip": "",
  "replica-announce-port": "0",
  "replica-announced": [{ text: "yes", redis: "6.2", valkey: "7.2" }],
  "replica-ignore-maxmemory": "yes",
  "replica-priority": "100",
  "replica-read-only": "yes",
  "replica-serve-stale-data": "yes",
  replicaof: "",
  requirepass: "",
  save: [
    { text: "900 1 300 10 60 10000", redis: "2.8" },
    { text: "3600 1 300 100 60 10000", redis: "7.0", valkey: "7.2" },
  ],
  "shutdown-timeout": [{ text: "10", redis: "7.0", valkey: "7.2" }],
  "stop-writes-on-bgsave-error": "yes",
  supervised: "no",
  "tcp-backlog": "511",
  "tcp-keepalive": "300",
  timeout: "0",
  "tls-auth-clients": "yes",
  "tls-port": "0",
  "tls-replication": "no",
  unixsocket: "",
};

const SENTINEL: Readonly<Record<string, string>> = {
  "down-after-milliseconds": "30000",
  "failover-timeout": "180000",
  "parallel-syncs": "1",
  "master-reboot-down-after-period": "0",
  port: "26379",
  // Sentinel switches it off when the file says nothing.
  "protected-mode": "no",
  "sentinel announce-hostnames": "no",
  "sentinel announce-ip": "",
  "sentinel announce-port": "0",
  "sentinel deny-scripts-reconfig": "yes",
  "sentinel resolve-hostnames": "no",
  "sentinel sentinel-pass": "",
  "sentinel sentinel-user": "",
};

interface Default {
  readonly text: string;
  /** False when versions differ and this process' is not known. */
  readonly isCertain: boolean;
}

/** By canonical name; undefined for a setting this table lacks, or that the version does not have. */
export function redisDefault(name: string, version: Version | undefined): Default | undefined {
  const entry = Object.hasOwn(REDIS, name) ? REDIS[name] : undefined;
  if (entry === undefined) return undefined;
  if (typeof entry === "string") return { text: entry, isCertain: true };
  if (version === undefined) {
    const newest = entry.at(-1);
    return newest && { text: newest.text, isCertain: false };
  }
  const { family, numbers } = version;
  const row = entry.findLast((one) => {
    const since = one[family] ?? (family === "valkey" ? undefined : one.redis);
    return since !== undefined && compareVersions(numbers, versionNumbers(since) ?? []) >= 0;
  });
  return row && { text: row.text, isCertain: true };
}

export function sentinelDefault(name: string): Default | undefined {
  const text = Object.hasOwn(SENTINEL, name) ? SENTINEL[name] : undefined;
  return text === undefined ? undefined : { text, isCertain: true };
}

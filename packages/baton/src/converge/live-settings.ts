// Which directives a running Redis takes by CONFIG SET. Pure.
import type { DirectiveChange } from "../node-start/settings.ts";

/**
 * Redis 7.0 answers "can't set immutable config" or "can't set protected config" to these, and does not know
 * `include`, `loadmodule`, `rename-command` and the names with a dash of `*_cpulist` by CONFIG SET at all.
 * test/scenario/live-settings.test.ts asks a real server about every name that it has.
 */
export const FIXED_AT_START: ReadonlySet<string> = new Set([
  "aclfile",
  "always-show-logo",
  "aof-rewrite-cpulist",
  "aof_rewrite_cpulist",
  "appenddirname",
  "appendfilename",
  "bgsave-cpulist",
  "bgsave_cpulist",
  "bio-cpulist",
  "bio_cpulist",
  "cluster-config-file",
  "cluster-enabled",
  "cluster-port",
  "daemonize",
  "databases",
  "dbfilename",
  "dir",
  "disable-thp",
  "enable-debug-command",
  "enable-module-command",
  "enable-protected-configs",
  "include",
  "io-threads",
  "io-threads-do-reads",
  "loadmodule",
  "logfile",
  "pidfile",
  "rdbchecksum",
  "rename-command",
  "replicaof",
  "server-cpulist",
  "server_cpulist",
  "set-proc-title",
  "slaveof",
  "socket-mark-id",
  "supervised",
  "syslog-enabled",
  "syslog-facility",
  "syslog-ident",
  "tcp-backlog",
  "unixsocket",
  "unixsocketperm",
]);

/**
 * Redis would take these, and then be reachable elsewhere than its Sentinels and replicas know: they are for
 * a start, which tells everybody.
 */
const ADDRESSES: ReadonlySet<string> = new Set([
  "bind",
  "bind-source-addr",
  "port",
  "tls-port",
  "tls-replication",
  "replica-announce-ip",
  "replica-announce-port",
  "slave-announce-ip",
  "slave-announce-port",
]);

/** Whether a change can be made while the process runs. */
export const isLive = ({ name, value }: DirectiveChange): boolean =>
  value !== undefined && !FIXED_AT_START.has(name) && !ADDRESSES.has(name);

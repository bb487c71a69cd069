// The redis.conf directives that a cluster file may not set, each with the reason: Baton writes them, or
// they break failovers.

const IS_RENDERED = "Baton writes this directive itself from the hosts and ports of this file";
const IS_SECRET = "Baton writes users and passwords itself from the references under `secrets`";
const IS_PROCESS = "Baton decides itself how the process is started, supervised and logged";
const IS_ROLE =
  "Sentinel decides who is primary, and a fixed role would undo a failover at the next restart";
const IS_MIN_REPLICAS = "it follows from the objectives; set it by hand with `redis.minReplicasToWrite`";
const IS_MAX_LAG = "it follows from the objectives; set it by hand with `redis.minReplicasMaxLag`";
const IS_PRIORITY =
  "Sentinel prefers priority to data: a replica that is behind would be promoted, or none at all";
const IS_READ_ONLY = "a replica that takes writes acknowledges what nobody else will ever have";
const IS_BGSAVE =
  "with yes, one failed snapshot makes Sentinel take a live primary for dead; Baton writes no";
const IS_TLS =
  "it takes Redis, Sentinel and Baton at once: the section `tls` of this file switches all of them";

/**
 * By directive. Old names of a directive stand beside the new one, because redis.conf still takes both.
 */
const REFUSED: Readonly<Record<string, string>> = {
  aclfile: IS_SECRET,
  bind: IS_RENDERED,
  "bind-source-addr": IS_RENDERED,
  daemonize: IS_PROCESS,
  dir: IS_RENDERED,
  include: "the included file could hold directives that are refused here",
  logfile: IS_PROCESS,
  masterauth: IS_SECRET,
  masteruser: IS_SECRET,
  "min-replicas-max-lag": IS_MAX_LAG,
  "min-replicas-to-write": IS_MIN_REPLICAS,
  "min-slaves-max-lag": IS_MAX_LAG,
  "min-slaves-to-write": IS_MIN_REPLICAS,
  pidfile: IS_PROCESS,
  port: "the port of a group's nodes is `redis.port`, or `port` of the group",
  "protected-mode": IS_RENDERED,
  "rename-command": "Sentinel promotes with one transaction, and Redis rejects it for one unknown name",
  "replica-priority": IS_PRIORITY,
  "replica-read-only": IS_READ_ONLY,
  replicaof: IS_ROLE,
  requirepass: IS_SECRET,
  "set-proc-title": IS_PROCESS,
  "slave-priority": IS_PRIORITY,
  "slave-read-only": IS_READ_ONLY,
  slaveof: IS_ROLE,
  "stop-writes-on-bgsave-error": IS_BGSAVE,
  supervised: IS_PROCESS,
  user: IS_SECRET,
};

/** By the beginning of the directive. */
const REFUSED_FAMILIES: readonly (readonly [string, string])[] = [
  ["cluster-", "Sentinel does not work with Redis Cluster"],
  ["replica-announce", IS_RENDERED],
  ["slave-announce", IS_RENDERED],
  ["tls-", IS_TLS],
];

/** @returns why a cluster file may not set this directive, or undefined when it may. */
export function refusedSetting(directive: string): string | undefined {
  // `Object.hasOwn`, because "constructor" is a name like any other here.
  if (Object.hasOwn(REFUSED, directive)) return REFUSED[directive];
  return REFUSED_FAMILIES.find(([beginning]) => directive.startsWith(beginning))?.[1];
}

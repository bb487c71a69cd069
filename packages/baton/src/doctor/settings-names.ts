// The names under which Redis and Valkey know one and the same setting.

const RENAMED: ReadonlyMap<string, string> = new Map([
  ["slaveof", "replicaof"],
  ["primaryauth", "masterauth"],
  ["primaryuser", "masteruser"],
  ["min-slaves-to-write", "min-replicas-to-write"],
  ["min-slaves-max-lag", "min-replicas-max-lag"],
  ["repl-ping-slave-period", "repl-ping-replica-period"],
  ["primary-reboot-down-after-period", "master-reboot-down-after-period"],
]);

/** The name used in this code: lower case, `replica` for `slave`, and what RENAMED says. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  const renamed = RENAMED.get(lower);
  if (renamed !== undefined) return renamed;
  if (lower.startsWith("slave-")) return `replica-${lower.slice("slave-".length)}`;
  return lower;
}

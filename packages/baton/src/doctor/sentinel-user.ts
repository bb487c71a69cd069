// As whom Sentinel works on each Redis node, where the ACL of that node is known.
import { usersOf } from "./acl-rights.ts";
import type { AclUser, Facts, Group, RedisInstance } from "./facts.ts";
import { monitorOption } from "./settings.ts";
import { watchesOf } from "./watches.ts";

export interface SentinelUser {
  readonly user: AclUser;
  readonly node: RedisInstance;
  readonly group: Group;
}

/** Each user of each node once. A `default` without a line may do everything, and is not among them. */
export function sentinelUsers(facts: Facts): readonly SentinelUser[] {
  const found: SentinelUser[] = [];
  const seen = new Map<RedisInstance, Set<string>>();
  for (const { monitor, group } of watchesOf(facts)) {
    const written = monitor && monitorOption(monitor, "auth-user");
    if (monitor === undefined || monitor.hasGaps === true || written?.isUnknown === true) continue;
    const name = written?.text ?? "default";
    for (const node of group?.nodes ?? []) {
      const names = seen.get(node) ?? new Set();
      seen.set(node, names);
      const user = names.has(name) ? undefined : usersOf(node)?.findLast((one) => one.name === name);
      names.add(name);
      if (user !== undefined && group !== undefined) found.push({ user, node, group });
    }
  }
  return found;
}

/** "+config|rewrite" for ["config", "rewrite"] */
export function rightOf(command: readonly [string, string?]): string {
  return `+${command.filter((word) => word !== undefined).join("|")}`;
}

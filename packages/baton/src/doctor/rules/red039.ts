// RED039: the user that replicas log in as may not replicate.
import { isOn, mayRun, usersOf } from "../acl-rights.ts";
import type { AclUser, RedisInstance } from "../facts.ts";
import { familiesOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { setting } from "../settings.ts";

const line = (host: number, rights: string): string =>
  `bind 10.0.0.${String(host)}\nuser repl on >kept-elsewhere -@all ${rights}\nmasteruser repl\n` +
  `masterauth kept-elsewhere\n${host === 1 ? "" : "replicaof 10.0.0.1 6379\n"}`;
const files = (rights: string): Readonly<Record<string, string>> => ({
  "h1/redis.conf": line(1, rights),
  "h2/redis.conf": line(2, rights),
});

/** What its absence does. PING is sent, too, but its refusal is no obstacle. */
const NEEDED = {
  psync: "the link of its replicas never comes up",
  replconf:
    "its replicas appear with port 0, so that Sentinel does not find them, and never confirm a write",
} as const;

export const red039: Rule = {
  id: "RED039",
  title: "the replication user lacks a right",
  severity: "error",
  why:
    "A replica logs in as masteruser. Without +psync it is refused for ever. Without +replconf the " +
    "link comes up, but the primary learns neither its port nor its offset: Sentinel cannot " +
    "discover it, and min-replicas-to-write does not count it.",
  fix: "Give the user +psync +replconf +ping on every node, and nothing else.",
  evidence:
    "Measured on 7.0.15: link down without psync; port=0 in the list of replicas without replconf.",
  since: "6.0",
  sees: ["static", "live"],
  bad: { about: "Only half of the handshake is allowed.", files: files("+psync +ping") },
  good: {
    about: "The whole of it, as one of a longer list.",
    files: files("+@connection +psync +replconf"),
  },
  *check(facts) {
    const said = new Set<AclUser>();
    for (const { nodes } of familiesOf(facts)) {
      const names = new Set(nodes.flatMap((node) => replicationUser(node) ?? []));
      for (const node of nodes) {
        const users = (usersOf(node) ?? []).filter(({ name }) => names.has(name));
        for (const user of users) {
          if (said.has(user) || isOn(user) !== true) continue;
          said.add(user);
          for (const [command, harm] of Object.entries(NEEDED)) {
            if (mayRun(user, command) !== false) continue;
            yield {
              place: user.place,
              message:
                `The replication user ${user.name} lacks +${command}: as long as this node is primary, ` +
                `${harm}.`,
            };
          }
        }
      }
    }
  },
};

function replicationUser(node: RedisInstance): string | undefined {
  const user = setting(node, "masteruser");
  return user === undefined || user.isUnknown || user.text === "" ? undefined : user.text;
}

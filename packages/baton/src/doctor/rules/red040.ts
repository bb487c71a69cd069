// RED040: users that are there before the failover, and not after it.
import { usersOf } from "../acl-rights.ts";
import type { AclUser, RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { familiesOf, placeOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";

const user = "user shop on >kept-elsewhere ~shop:* +@read +@write\n";

export const red040: Rule = {
  id: "RED040",
  title: "ACL users that differ between nodes",
  severity: "warning",
  why:
    "ACL users are not replicated. Applications that log in as a user that only the old primary " +
    "has, or with other rights there, are turned away after the failover.",
  fix: "Distribute the same aclfile, or the same user lines, to all nodes.",
  evidence: "Documented behaviour of ACL, 6.0 on.",
  since: "6.0",
  sees: ["static", "live"],
  bad: {
    about: "A user on the primary only.",
    files: {
      "h1/redis.conf": `bind 10.0.0.1\n${user}`,
      "h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nuser audit on >other-secret +ping\n",
    },
  },
  good: {
    about: "The same user, its rights in another order of keys.",
    files: {
      "h1/redis.conf": `bind 10.0.0.1\n${user}`,
      "h2/redis.conf":
        "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nuser shop on ~shop:* >kept-elsewhere +@read +@write\n",
    },
  },
  *check(facts) {
    for (const { nodes } of familiesOf(facts)) {
      const known = nodes.flatMap((node) => {
        const users = hasAllUsers(node) ? usersOf(node) : undefined;
        return users === undefined ? [] : [{ node, users }];
      });
      const [first, ...rest] = known;
      if (first === undefined) continue;
      for (const other of rest) yield* differences(first, other);
    }
  },
};

interface Known {
  readonly node: RedisInstance;
  readonly users: readonly AclUser[];
}

function* differences(first: Known, other: Known): Generator<Draft> {
  // Passwords are hashed on one side only.
  const isComparable = (first.node.live?.users === undefined) === (other.node.live?.users === undefined);
  for (const user of first.users) {
    const same = other.users.find(({ name }) => name === user.name);
    if (same === undefined && user.name !== "default") {
      const message = `The user ${user.name} of ${first.node.name} is missing on ${other.node.name}.`;
      yield { place: user.place, message };
    } else if (same !== undefined && isComparable && differ(user, same)) {
      const message = `The user ${user.name} has other rules than on ${first.node.name}; expected the same.`;
      yield { place: same.place, message };
    }
  }
  for (const user of other.users) {
    if (user.name === "default" || first.users.some(({ name }) => name === user.name)) continue;
    const message = `The user ${user.name} of ${other.node.name} is missing on ${first.node.name}.`;
    yield { place: user.place.line === 0 ? placeOf(other.node) : user.place, message };
  }
}

function differ(a: AclUser, b: AclUser): boolean {
  if ([...a.rules, ...b.rules].some(({ isUnknown }) => isUnknown)) return false;
  return settled(a) !== settled(b);
}

/** Rights count in their order; keys, channels and passwords do not. */
function settled({ rules }: AclUser): string {
  const texts = rules.map(({ text }) => text);
  const free = texts.filter((text) => /^[~&>#%]/.test(text)).toSorted();
  return [...free, ...texts.filter((text) => !/^[~&>#%]/.test(text))].join(" ");
}

/** Not when an include or an aclfile stays out of sight. */
function hasAllUsers({ config, live }: RedisInstance): boolean {
  if (live?.users !== undefined) return true;
  if (config === undefined || config.gaps.length > 0) return false;
  const hasFile = config.directives.some(({ name }) => name === "aclfile");
  return config.users.length > 0 || !hasFile;
}

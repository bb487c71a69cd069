// RED001: a node that asks for a password but has none to show when it becomes a replica.
import type { RedisInstance } from "../facts.ts";
import { firstOther } from "../first-other.ts";
import { familiesOf, isReplica, placeOf, replicatedNodes } from "../nodes.ts";
import { offersPassword } from "../passwords.ts";
import type { Rule } from "../rule.ts";
import { requiresPassword, setting } from "../settings.ts";

const sentinel = `port 26379
sentinel monitor main 10.0.0.1 6379 2
sentinel auth-pass main kept-elsewhere
`;
const replica = `bind 10.0.0.2
requirepass kept-elsewhere
masterauth kept-elsewhere
replicaof 10.0.0.1 6379
`;

export const red001: Rule = {
  id: "RED001",
  title: "masterauth missing on a node whose peers ask for a password",
  severity: "error",
  why:
    "After a failover the old primary comes back as a replica. Without masterauth (and masteruser, " +
    "where the default user is off) it is answered NOAUTH, its link stays down for ever, and the " +
    "group has one replica fewer, with CKQUORUM still OK.",
  fix: "Give every node the same masterauth (and masteruser), the first primary included.",
  evidence: "Measured on 7.0.15; three of five published recipes have it.",
  sees: ["static", "live"],
  bad: {
    about: "The primary asks for a password and could not show one itself.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nrequirepass kept-elsewhere\n",
      "h2/redis.conf": replica,
      "h1/sentinel.conf": sentinel,
    },
  },
  good: {
    about: "Both have the password in both directions.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nrequirepass kept-elsewhere\nmasterauth kept-elsewhere\n",
      "h2/redis.conf": replica,
      "h1/sentinel.conf": sentinel,
    },
  },
  *check(facts) {
    const replicated = replicatedNodes(facts);
    const seen = new Set<RedisInstance>();
    for (const { nodes, group } of familiesOf(facts)) {
      const askingPeer = firstOther(nodes, (peer) => requiresPassword(peer) === true);
      const closedPeer = firstOther(nodes, isDefaultOff);
      for (const node of nodes) {
        if (seen.has(node) || !replicated.has(node)) continue;
        // Without Sentinel a primary stays one.
        if (group === undefined && isReplica(node) !== true) continue;
        const asking = askingPeer(node) ?? (requiresPassword(node) === true ? node : undefined);
        if (asking === undefined) continue;
        const problem = missing(node, closedPeer);
        if (problem === undefined) continue;
        seen.add(node);
        const who =
          asking === node
            ? "this node asks for a password itself"
            : `${asking.name} asks for a password`;
        yield {
          place: setting(node, problem)?.place ?? placeOf(node),
          message: `There is no ${problem}, but ${who}; as a replica this node would be turned away.`,
        };
      }
    }
  },
};

function missing(
  node: RedisInstance,
  closedPeer: (asking?: RedisInstance) => RedisInstance | undefined,
): string | undefined {
  const offers = offersPassword(node);
  if (offers === false) return "masterauth";
  if (offers !== true || setting(node, "masteruser")?.text !== "") return undefined;
  return closedPeer(node) === undefined ? undefined : "masteruser";
}

function isDefaultOff({ config }: RedisInstance): boolean {
  const rules = config?.users.findLast(({ name }) => name === "default")?.rules ?? [];
  if (rules.some(({ isUnknown }) => isUnknown)) return false;
  const words = rules.map(({ text }) => text.toLowerCase());
  return words.length > 0 && words.lastIndexOf("off") >= words.lastIndexOf("on");
}

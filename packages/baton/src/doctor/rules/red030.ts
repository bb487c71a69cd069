// RED030: replicas that follow themselves, or each other.
import type { RedisInstance } from "../facts.ts";
import { primaryOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { type Address, addressOf, integerOf, isLoopback, setting } from "../settings.ts";

export const red030: Rule = {
  id: "RED030",
  title: "replicaof that leads back to the node itself",
  severity: "error",
  why:
    "A node that is to replicate from itself, or two from each other, are all replicas: the link " +
    "never comes up, no node takes writes, and Sentinel sees no primary.",
  fix: "Let every replica name the one primary, and leave replicaof out of the primary's own file.",
  evidence: "Measured on 7.0.15: NOMASTERLINK for ever.",
  sees: ["static", "live"],
  bad: {
    about: "The same file copied to the primary.",
    files: { "h1/redis.conf": "bind 10.0.0.1\nport 6379\nreplicaof 10.0.0.1 6379\n" },
  },
  good: {
    about: "The same address, and another port.",
    files: { "h1/redis.conf": "bind 10.0.0.1\nport 6380\nreplicaof 10.0.0.1 6379\n" },
  },
  *check(facts) {
    const byAddress = new Map(facts.redis.map((node) => [keyOf(addressOf(node)), node]));
    for (const node of facts.redis) {
      const target = primaryOf(node);
      const found = setting(node, "replicaof");
      if (target === undefined || found === undefined) continue;
      const where = `${target.address}:${String(target.port)}`;
      if (isItself(node, target)) {
        yield {
          place: found.place,
          message: `replicaof ${where} is this node itself; expected the primary.`,
        };
        continue;
      }
      const other = byAddress.get(keyOf(target));
      const back = other && primaryOf(other);
      if (other === undefined || other === node || back === undefined || !isAt(node, back)) continue;
      yield {
        place: found.place,
        message:
          `replicaof ${where} is ${other.name}, which is to replicate from this node; one of them has ` +
          `to be the primary.`,
      };
    }
  },
};

function isItself(node: RedisInstance, target: Address): boolean {
  if (!isLoopback(target.address)) return isAt(node, target);
  return integerOf(setting(node, "port")) === target.port && node.live === undefined;
}

function isAt(node: RedisInstance, target: Address): boolean {
  return keyOf(addressOf(node)) === keyOf(target);
}

function keyOf(address: Address | undefined): string {
  return address === undefined ? "" : `${address.address}:${String(address.port)}`;
}

// RED031: a replica that tells others an address nobody reaches.
import type { RedisInstance } from "../facts.ts";
import { primaryOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { isAnyInterface, isLoopback, setting } from "../settings.ts";

export const red031: Rule = {
  id: "RED031",
  title: "a replica announced at an address that others cannot reach",
  severity: "error",
  why:
    "Sentinel knows replicas only by the addresses in their primary's INFO. At a wrong one it finds " +
    "nobody: the replica is s_down and disconnected, is never promoted, and CKQUORUM is still OK.",
  fix: "Set replica-announce-ip and replica-announce-port to what Sentinels and other nodes reach.",
  evidence: "Measured on 7.0.15: no good slave; redis#2335.",
  sees: ["static", "live"],
  bad: {
    about: "The address of the machine for itself.",
    files: { "redis.conf": "replicaof 10.0.0.1 6379\nreplica-announce-ip 127.0.0.1\n" },
  },
  good: {
    about: "The address of the network.",
    files: { "redis.conf": "replicaof 10.0.0.1 6379\nreplica-announce-ip 10.0.0.2\n" },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const found = setting(node, "replica-announce-ip");
      if (found === undefined || found.isUnknown || found.text === "") continue;
      const isAny = isAnyInterface(found.text);
      if (!isAny && !(isLoopback(found.text) && hasPeersElsewhere(node))) continue;
      yield {
        place: found.place,
        message:
          `replica-announce-ip is ${found.text}, which leads every other machine to itself; expected ` +
          `this node's own address.`,
      };
    }
  },
};

function hasPeersElsewhere(node: RedisInstance): boolean {
  const primary = primaryOf(node);
  const own = node.host?.addresses[0] ?? node.live?.address;
  return [primary?.address, own].some((address) => address !== undefined && !isLoopback(address));
}

// RED033: nobody is left who may be promoted.
import type { Group, RedisInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { isPromotable, isReplica, placeOf } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { setting } from "../settings.ts";

const node = (host: number, priority: number): string =>
  `bind 10.0.0.${String(host)}\nreplica-priority ${String(priority)}\n` +
  (host === 1 ? "" : "replicaof 10.0.0.1 6379\n");
const sentinel = (host: number): string =>
  `bind 10.0.0.${String(host)}\nsentinel monitor main 10.0.0.1 6379 2\n`;
const files = (second: number): Readonly<Record<string, string>> => ({
  "h1/redis.conf": node(1, 100),
  "h2/redis.conf": node(2, second),
  "h3/redis.conf": node(3, 0),
  "h1/sentinel.conf": sentinel(1),
  "h2/sentinel.conf": sentinel(2),
  "h3/sentinel.conf": sentinel(3),
});

export const red033: Rule = {
  id: "RED033",
  title: "no replica that may be promoted",
  severity: "error",
  why:
    "A node with replica-priority 0 is never promoted. When all replicas have it, every failover " +
    "ends with -failover-abort-no-good-slave, and CKQUORUM is still OK.",
  fix: "Leave at least two nodes of each group with a replica-priority above 0.",
  evidence: "Measured on 7.0.15.",
  sees: ["static", "live"],
  bad: { about: "Both replicas have priority 0.", files: files(0) },
  good: { about: "One of them may be promoted.", files: files(100) },
  *check(facts) {
    for (const group of facts.groups) {
      if (!group.hasEveryNode || group.nodes.length < 2) continue;
      const draft = unpromotable(group);
      if (draft !== undefined) yield draft;
    }
  },
};

function unpromotable({ name, nodes }: Group): Draft | undefined {
  const excluded = nodes.filter((one) => isPromotable(one) === false);
  const eligible = nodes.filter((one) => !excluded.includes(one));
  const [first] = excluded;
  if (first === undefined || eligible.length > 1) return undefined;
  const place = setting(first, "replica-priority")?.place ?? placeOf(first);
  const [last] = eligible;
  if (last === undefined || isKnownPrimary(last)) {
    return {
      place,
      message: `All replicas of group ${name} have replica-priority 0; expected two nodes above 0.`,
    };
  }
  return undefined;
}

function isKnownPrimary(node: RedisInstance): boolean {
  return node.live?.info?.get("role") === "master" || isReplica(node) === false;
}

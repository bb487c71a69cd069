// LB002: a balancer that believes whoever says that it is the primary.
import { asksSentinel, redisBackends, roleCheck } from "../balancers.ts";
import type { Facts } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

const haproxy =
  "backend redis\n  option tcp-check\n  tcp-check send info\\ replication\\r\\n\n  " +
  "tcp-check expect string role:master\n" +
  "  server r1 10.0.0.1:6379 check\n  server r2 10.0.0.2:6379 check\n";
const redis = (lines: string): string => `port 6379\nbind 10.0.0.1\n${lines}`;

export const lb002: Rule = {
  id: "LB002",
  title: "role check without the agreement of Sentinels",
  severity: "warning",
  why:
    "An old primary that comes back says role:master until a Sentinel demotes it, some " +
    "10 s later: the balancer has " +
    "two servers in service, and half of the writes go where they will be thrown away.",
  fix:
    "Let a majority of Sentinels have its say in the check, or set min-replicas-to-write " +
    "1 on every node, so that a " +
    "primary without replicas refuses writes.",
  evidence: "measured: a returning primary took 100 writes over 10 s",
  sees: ["static"],
  bad: {
    about: "Only the role is asked.",
    files: { "haproxy.cfg": haproxy, "h1/redis.conf": redis("") },
  },
  good: {
    about: "A primary without a replica refuses writes.",
    files: { "haproxy.cfg": haproxy, "h1/redis.conf": redis("min-replicas-to-write 1\n") },
  },
  *check(facts) {
    for (const backend of redisBackends(facts)) {
      const check = roleCheck(backend);
      if (check !== undefined && !asksSentinel(backend) && !refusesAlone(facts)) {
        yield {
          place: check.place,
          message:
            `${backend.section.name} takes every node into service that says role:master; ` +
            "expected that Sentinels agree.",
        };
      }
    }
  },
};

/** Every node refuses writes when no replica follows it, or may do so. */
function refusesAlone(facts: Facts): boolean {
  const counts = facts.redis.map((node) => setting(node, "min-replicas-to-write"));
  return (
    counts.length > 0 &&
    counts.every((count) => count?.isUnknown === true || (integerOf(count) ?? 0) > 0)
  );
}

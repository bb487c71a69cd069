// RED023: another limit, or another way to evict, after the failover.
import { familiesOf, odd, shown } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { bytesOf } from "../settings.ts";
import type { Setting } from "../settings.ts";

const replica = "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\n";
const normal: Readonly<Record<string, (found: Setting) => string | undefined>> = {
  maxmemory: ({ text }) => bytesOf(text)?.toString(),
  "maxmemory-policy": ({ text }) => text.toLowerCase(),
};

export const red023: Rule = {
  id: "RED023",
  title: "memory limits that differ between nodes",
  severity: "warning",
  why:
    "A replica takes what its primary sends, whatever its own limit is. Once promoted, its own " +
    "limit and policy count: it evicts keys that the old primary kept, or refuses writes that it " +
    "took.",
  fix: "Set maxmemory and maxmemory-policy alike on all nodes.",
  evidence: "Documented behaviour with replica-ignore-maxmemory yes, the default.",
  sees: ["static", "live"],
  bad: {
    about: "The replica is half as large.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nmaxmemory 2gb\n",
      "h2/redis.conf": `${replica}maxmemory 1gb\n`,
    },
  },
  good: {
    about: "The same in other units.",
    files: {
      "h1/redis.conf": "bind 10.0.0.1\nmaxmemory 2gb\n",
      "h2/redis.conf": `${replica}maxmemory 2048mb\n`,
    },
  },
  *check(facts) {
    for (const { nodes, name: family } of familiesOf(facts)) {
      for (const [name, normalise] of Object.entries(normal)) {
        for (const { found, usual } of odd(nodes, name, normalise)) {
          yield {
            place: found.place,
            message:
              `${name} is ${shown(found)} here and ${shown(usual)} on other nodes of ${family}; expected ` +
              `the same.`,
          };
        }
      }
    }
  },
};

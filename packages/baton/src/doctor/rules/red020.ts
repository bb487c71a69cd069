// RED020: a link that is taken for dead between two pings.
import { shown } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

export const red020: Rule = {
  id: "RED020",
  title: "repl-timeout not longer than the time between pings",
  severity: "warning",
  why:
    "While nothing is written, a replica hears from its primary once in repl-ping-replica-period. " +
    "With a shorter repl-timeout it cuts and reopens the link over and over, and is no candidate " +
    "while the link is down.",
  fix: "Use a repl-timeout of several pings: 60 with the default of 10, or 20 with 5 or less.",
  evidence: "Measured on 7.0.15: a timeout of 3 s with pings every 10 s cuts an idle link.",
  sees: ["static", "live"],
  bad: {
    about: "Shorter than the default of the other setting.",
    files: { "redis.conf": "replicaof 10.0.0.1 6379\nrepl-timeout 5\n" },
  },
  good: {
    about: "A short timeout with shorter pings.",
    files: {
      "redis.conf": "replicaof 10.0.0.1 6379\nrepl-timeout 5\nrepl-ping-slave-period 1\n",
    },
  },
  *check(facts) {
    for (const node of facts.redis) {
      const timeout = setting(node, "repl-timeout");
      const period = setting(node, "repl-ping-replica-period");
      const [seconds, pings] = [integerOf(timeout), integerOf(period)];
      if (timeout === undefined || period === undefined) continue;
      if (seconds === undefined || pings === undefined || seconds > pings) continue;
      yield {
        place: timeout.origin === "default" ? period.place : timeout.place,
        message:
          `repl-timeout is ${shown(timeout)} and repl-ping-replica-period ${shown(period)}; ` +
          "expected a timeout of several pings.",
      };
    }
  },
};

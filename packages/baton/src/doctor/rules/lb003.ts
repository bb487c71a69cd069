// LB003: a balancer that leaves clients with the old primary.
import { placeOfBackend, redisBackends, serverOption } from "../balancers.ts";
import type { Rule } from "../rule.ts";

const backend = (options: string): string =>
  "backend redis\n  option tcp-check\n  tcp-check send info\\ replication\\r\\n\n  " +
  "tcp-check expect string role:master\n" +
  `  default-server inter 1s${options}\n  server r1 10.0.0.1:6379 check\n  server r2 ` +
  "10.0.0.2:6379 check\n";

export const lb003: Rule = {
  id: "LB003",
  title: "sessions to the old primary are not cut",
  severity: "warning",
  why:
    "A check that fails sends new connections elsewhere. Those that are open stay with " +
    "the old primary, and pooled " +
    "clients write to it until it is demoted, or for ever when it hangs.",
  fix: "Add on-marked-down shutdown-sessions to default-server, or to every server.",
  evidence: "measured: an attached client got 760 answers from a primary that had been replaced",
  sees: ["static"],
  bad: {
    about: "The role is checked, open sessions are left alone.",
    files: { "haproxy.cfg": backend("") },
  },
  good: {
    about: "They are cut when the check fails.",
    files: { "haproxy.cfg": backend(" on-marked-down shutdown-sessions") },
  },
  *check(facts) {
    for (const found of redisBackends(facts)) {
      if (serverOption(found, "shutdown-sessions") === undefined) {
        yield {
          place: placeOfBackend(found),
          message:
            `${found.section.name} keeps open sessions when a server fails its check; expected ` +
            "on-marked-down shutdown-sessions.",
        };
      }
    }
  },
};

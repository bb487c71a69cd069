// CM002: a change that restarts every node at once.
import { hostCount, playsOf, restarts } from "../deployments.ts";
import { knowsFailover } from "../failover-signs.ts";
import type { Rule } from "../rule.ts";

const template = { "templates/redis.conf.j2": "replicaof {{ redis_primary }} 6379\n" };
const play = (serial: string): string =>
  `- hosts: redis\n${serial}  tasks:\n    - template: {src: redis.conf.j2, dest: ` +
  "/etc/redis/redis.conf, force: false}\n      notify: restart redis\n  handlers:\n    " +
  "- name: restart redis\n      service:\n        name: redis-server\n        state: " +
  "restarted\n";

export const cm002: Rule = {
  id: "CM002",
  title: "all nodes restarted at once",
  severity: "error",
  why:
    "Without serial a handler runs on all hosts together: primary, replicas and " +
    "Sentinels are gone at the same time. " +
    "What comes back first and empty may become the primary.",
  fix:
    "serial: 1 with a check of health after each host, replicas first and the primary " +
    "last, after a switchover.",
  evidence: "measured: a replica that restarted while the primary was gone was promoted with no keys",
  sees: ["static"],
  bad: { about: "A handler for all hosts of a play.", files: { "site.yml": play(""), ...template } },
  good: {
    about: "One host after the other.",
    files: { "site.yml": play("  serial: 1\n"), ...template },
  },
  *check(facts) {
    // Caches that know nothing of each other may come and go together.
    for (const file of knowsFailover(facts) ? facts.ansible : []) {
      for (const task of file.tasks) {
        const restart = restarts(task);
        if (restart === undefined || task.throttle !== undefined || task.isOnce === true) {
          continue;
        }
        const plays = playsOf(facts, file, task);
        const wide = plays.find(
          ({ serial, hosts }) => isWide(serial?.text) && (hostCount(facts, hosts) ?? 2) > 1,
        );
        if (wide !== undefined) {
          yield {
            place: restart.place,
            message:
              wide.serial === undefined
                ? `Restarts on all hosts of "${wide.hosts.text}" at once, as the play has no serial; ` +
                  "expected serial: 1."
                : `Restarts on ${wide.serial.text} hosts of "${wide.hosts.text}" at once; expected ` +
                  "serial: 1.",
          };
        }
      }
    }
  },
};

/** A placeholder may well be 1. */
function isWide(serial: string | undefined): boolean {
  return serial === undefined || (serial !== "1" && /^\d+%?$/.test(serial));
}

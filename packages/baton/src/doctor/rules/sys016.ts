// SYS016: updates that restart Redis on several hosts whenever they like.
import { tasksOf } from "../deployments.ts";
import { knowsFailover } from "../failover-signs.ts";
import type { Facts } from "../facts.ts";
import type { Rule } from "../rule.ts";

const replica = "replicaof {{ primary }} 6379\n";
const tasks = (more: string): string =>
  `- hosts: redis\n  tasks:\n    - apt:\n        name: [redis-server, unattended-upgrades]\n${more}`;

export const sys016: Rule = {
  id: "SYS016",
  title: "unattended upgrades may restart several nodes at once",
  severity: "warning",
  why:
    "unattended-upgrades runs on all hosts in the same hours of the night and restarts what it " +
    "replaces. Two nodes or two Sentinels gone together is more than a group of three survives.",
  fix:
    "Put redis and valkey on the Package-Blacklist and upgrade them one host at a time, the primary " +
    "last.",
  evidence: "follows from the packages' own restarts; measured: a replica restarted empty was promoted",
  sees: ["static"],
  bad: {
    about: "Everything is upgraded by itself.",
    files: { "site.yml": tasks(""), "redis.conf.j2": replica },
  },
  good: {
    about: "Redis is left out.",
    files: {
      "redis.conf.j2": replica,
      "site.yml": tasks(
        "    - copy:\n        dest: /etc/apt/apt.conf.d/60redis\n        content: " +
          "'Unattended-Upgrade::Package-Blacklist { \"redis\"; };'\n",
      ),
    },
  },
  *check(facts) {
    const packages = tasksOf(facts)
      .filter(({ module }) => module === "apt")
      .flatMap(({ values, items }) => [...(values.get("name") ?? values.get("pkg") ?? []), ...items]);
    const automatic = packages.find(({ text }) => text === "unattended-upgrades");
    const isRedis = packages.some(({ text }) =>
      /^(redis|valkey)(-server|-sentinel)?([=:*]|$)/.test(text),
    );
    if (automatic !== undefined && isRedis && knowsFailover(facts) && !isHeldBack(facts)) {
      yield {
        place: automatic.place,
        message: "unattended-upgrades is installed with Redis, and nothing holds Redis' packages back.",
      };
    }
  },
};

/** A blacklist, apt-mark hold, or a file for either that is not among those given. */
function isHeldBack(facts: Facts): boolean {
  return tasksOf(facts).some((task) => {
    const texts = [...task.values.values()].flat().map(({ text }) => text);
    const isAboutUpgrades = texts.some((text) =>
      /unattended|apt\.conf\.d|Package-Blacklist|apt-mark hold/i.test(text),
    );
    const holds = task.module === "dpkg_selections" || (isAboutUpgrades && task.module !== "apt");
    return (
      holds &&
      (texts.some((text) => /redis|valkey|hold/.test(text)) || /template|copy/.test(task.module))
    );
  });
}

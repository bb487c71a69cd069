// SYS013: Sentinel is started, and nothing installed it.
import { resolved, tasksOf, valueIn } from "../deployments.ts";
import type { Facts, Word } from "../facts.ts";
import type { AnsibleFile } from "../facts-infrastructure.ts";
import type { Rule } from "../rule.ts";

const play = (packages: string): string =>
  `- hosts: sentinels\n  tasks:\n    - apt:\n        name: ${packages}\n    - ` +
  "service:\n        name: redis-sentinel\n        state: started\n";

export const sys013: Rule = {
  id: "SYS013",
  title: "Sentinel's package is not installed",
  severity: "error",
  why:
    "Debian and Ubuntu ship Sentinel's unit in a package of its own, redis-sentinel. Without it " +
    "there is no such service to start, and redis-server alone leaves a stray empty primary on port " +
    "6379.",
  fix: "Install redis-sentinel on hosts of Sentinels, and redis-server only where data is to be.",
  evidence: "verified with the package lists of Debian 12; two published recipes",
  sees: ["static"],
  bad: { about: "Only redis-server is installed.", files: { "site.yml": play("redis-server") } },
  good: { about: "Both packages are.", files: { "site.yml": play("[redis-server, redis-sentinel]") } },
  *check(facts) {
    for (const file of facts.ansible) {
      const started = sentinelStart(file);
      const installed = packagesOf(facts, file);
      const isRedis = installed.some((text) => /^redis(-server)?(=|$)/.test(text));
      if (started !== undefined && isRedis && !everythingInstalled(facts) && !bringsUnit(file)) {
        yield {
          place: started.place,
          message:
            "redis-sentinel is started, and only redis-server was installed; expected the package " +
            "redis-sentinel.",
        };
      }
    }
  },
};

function sentinelStart({ tasks }: AnsibleFile): Word | undefined {
  return tasks
    .filter(({ module }) => /^(service|systemd|systemd_service)$/.test(module))
    .flatMap((task) => valueIn(task, "name") ?? [])
    .find(({ text }) => /^redis-sentinel(\.service)?$/.test(text));
}

function packagesOf(facts: Facts, { tasks }: AnsibleFile): readonly string[] {
  return tasks
    .filter(({ module }) => module === "apt")
    .flatMap(({ values, items }) => [...(values.get("name") ?? values.get("pkg") ?? []), ...items])
    .map((word) => (word.isUnknown ? (resolved(facts, word) ?? word.text) : word.text));
}

/** Anywhere: a role of its own may do it. */
function everythingInstalled(facts: Facts): boolean {
  const words = tasksOf(facts)
    .filter(({ module }) => /^(apt|package|dnf|yum)$/.test(module))
    .flatMap(({ values, items }) => [...[...values.values()].flat(), ...items]);
  return words.some(
    ({ text, isUnknown }) => /^redis-sentinel(=|$)/.test(text) || (isUnknown && text.startsWith("{{")),
  );
}

/** Sentinel is part of redis-server's program: a unit of one's own is as good. */
function bringsUnit({ tasks }: AnsibleFile): boolean {
  return tasks.some((task) => /sentinel.*\.service/.test(valueIn(task, "dest")?.text ?? ""));
}

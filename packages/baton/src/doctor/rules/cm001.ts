// CM001: a playbook that puts the cluster back to its first day.
import { isBootstrap, nameOf, replacedConfig, sourcesOf, tasksOf, valueIn } from "../deployments.ts";
import type { Facts, RedisConfig } from "../facts.ts";
import type { AnsibleTask } from "../facts-infrastructure.ts";
import type { Rule } from "../rule.ts";

const task = (option: string): string =>
  "- hosts: sentinels\n  tasks:\n    - name: Configure Sentinel\n      template:\n" +
  "        src: sentinel.conf.j2\n        dest: /etc/redis/sentinel.conf\n        " +
  `mode: "0640"\n${option}`;

export const cm001: Rule = {
  id: "CM001",
  title: "deployment overwrites Sentinel's state or the role of a node",
  severity: "error",
  why:
    "sentinel.conf holds who is primary, the epochs and the other Sentinels, and " +
    "replicaof is a node's role: both " +
    "change at every failover. A later run of the playbook makes the old primary the " +
    "primary again, with old data.",
  fix:
    "Write these files once (force: false, or when the file does not exist); change a " +
    "running Sentinel by SENTINEL " +
    "SET on all, and take the role from Sentinel.",
  evidence:
    "measured: 300 acknowledged writes were rolled back on all nodes; " +
    "DavidWittman/ansible-redis#22, #114",
  sees: ["static"],
  bad: { about: "Every run writes sentinel.conf anew.", files: { "site.yml": task("") } },
  good: { about: "Only the first one does.", files: { "site.yml": task("        force: false\n") } },
  *check(facts) {
    for (const task of tasksOf(facts)) {
      const config = isBootstrap(task) ? undefined : replacedConfig(task);
      if (config === "sentinel") {
        const place = valueIn(task, "dest")?.place ?? task.place;
        yield {
          place,
          message:
            "Every run replaces sentinel.conf, and with it all that Sentinel has learned; " +
            "expected the first run only.",
        };
      } else if (config === "redis" && saysRole(facts, task)) {
        const place = valueIn(task, "src")?.place ?? task.place;
        yield {
          place,
          message:
            `Every run writes replicaof from ${nameOf(valueIn(task, "src"))} over the role that ` +
            "Sentinel gave the node.",
        };
      }
      const line = isBootstrap(task) ? undefined : writtenRole(task);
      if (line !== undefined) {
        yield {
          place: line.place,
          message: "Every run sets a role or a monitored address that Sentinel changes at a failover.",
        };
      }
    }
  },
};

/** Whether the template that a task writes names a primary. */
function saysRole(facts: Facts, task: AnsibleTask): boolean {
  const template = sourcesOf(facts, task).filter(
    (config): config is RedisConfig =>
      config.kind === "redis-conf" && (config.isTemplate || config.file.includes("/files/")),
  );
  return template.some(({ directives }) =>
    directives.some(({ name }) => /^(replicaof|slaveof)$/.test(name)),
  );
}

function writtenRole(task: AnsibleTask) {
  if (!/^(lineinfile|replace|blockinfile)$/.test(task.module)) {
    return undefined;
  }
  const word = valueIn(task, "line", "block", "replace");
  return /^\s*(replicaof|slaveof)\s+(?!no\b)|^\s*sentinel\s+(monitor|myid|known-|config-epoch)/m.test(
    word?.text ?? "",
  )
    ? word
    : undefined;
}

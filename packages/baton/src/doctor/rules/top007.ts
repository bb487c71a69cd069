// TOP007: a replica for disasters that may be promoted on an ordinary day.
import { quoted } from "../../cluster/text.ts";
import type { Group, RedisInstance } from "../facts.ts";
import type { Setting } from "../settings.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { integerOf, setting } from "../settings.ts";

/** What people call the site that is there for the loss of all others. */
const DISASTER = /(?:^|[^a-z])(?:dr|drp|disaster|disaster-?recovery|standby|backup)(?:$|[^a-z])/i;

function isForDisaster({ host }: RedisInstance): boolean {
  return host?.zone !== undefined && DISASTER.test(host.zone);
}

interface Candidate {
  readonly node: RedisInstance;
  readonly zone: string;
  readonly priority: Setting;
}

/** Those that are as likely to be chosen as the best of the other sites, or likelier. */
function eager({ nodes }: Group): readonly Candidate[] {
  const priorities = nodes
    .filter((node) => !isForDisaster(node))
    .map((node) => integerOf(setting(node, "replica-priority")) ?? 0)
    .filter((priority) => priority > 0);
  return nodes.filter(isForDisaster).flatMap((node) => {
    const priority = setting(node, "replica-priority");
    const value = integerOf(priority);
    if (priority === undefined || value === undefined || value === 0) return [];
    const isLast = priorities.length > 0 && value > Math.max(...priorities);
    return isLast ? [] : [{ node, zone: node.host?.zone ?? "", priority }];
  });
}

export const top007: Rule = {
  id: "TOP007",
  title: "replica of a disaster site with an ordinary priority",
  severity: "warning",
  why:
    "Of replicas with equal priority Sentinel takes the one with the most data, and then the one " +
    "with the smaller run id: a crash may move the primary to the far site, and every write over " +
    "the long way.",
  fix:
    "Set replica-priority 200 on the nodes of that site (the default is 100), or 0 if only a person " +
    "may choose.",
  evidence: "sentinel.c: priority, then offset, then run id",
  sees: ["static"],
  bad: {
    about: "The zone dr has the priority of the others.",
    files: { ...inventoryOf("paris-1", "paris-2", "dr"), ...redisFiles(), ...sentinelFiles() },
  },
  good: {
    about: "It comes last.",
    files: {
      ...inventoryOf("paris-1", "paris-2", "dr"),
      ...redisFiles({ linesOf: { 3: ["replica-priority 200"] } }),
      ...sentinelFiles(),
    },
  },
  *check(facts) {
    for (const group of facts.groups) {
      for (const { node, zone, priority } of eager(group)) {
        const found = `${node.name} in zone ${quoted(zone)} has replica-priority ${priority.text}`;
        yield { place: priority.place, message: `${found}, like other sites; expected 200, or 0` };
      }
    }
  },
};

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
  /** The largest number of the other sites: the last of theirs to be chosen. */
  readonly last: number;
}

/** Those that come before one of the other sites, or beside it. */
function eager({ nodes }: Group): readonly Candidate[] {
  const priorities = nodes
    .filter((node) => !isForDisaster(node))
    .map((node) => integerOf(setting(node, "replica-priority")))
    .filter((priority) => priority !== 0);
  const known = priorities.filter((priority) => priority !== undefined);
  // Without another site, or with one that is not known, there is nothing to come after.
  if (known.length === 0 || known.length < priorities.length) return [];
  const last = Math.max(...known);
  return nodes.filter(isForDisaster).flatMap((node) => {
    const priority = setting(node, "replica-priority");
    const value = integerOf(priority);
    if (priority === undefined || value === undefined || value === 0 || value > last) return [];
    return [{ node, zone: node.host?.zone ?? "", priority, last }];
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
      for (const { node, zone, priority, last } of eager(group)) {
        const found = `${node.name} in zone ${quoted(zone)} has replica-priority ${priority.text}`;
        const message = `${found}, and other sites have up to ${last}; expected more, or 0`;
        yield { place: priority.place, message };
      }
    }
  },
};

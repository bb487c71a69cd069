// TOP002: the loss of one host or zone takes every node that could become primary.
import { quoted } from "../../cluster/text.ts";
import { domainsOf, within } from "../domains.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { isPromotable, placeOf } from "../nodes.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isOneMachine } from "../sentinel-hosts.ts";
import { groupName } from "../watches.ts";

export const top002: Rule = {
  id: "TOP002",
  title: "primary and all candidates in one host or zone",
  severity: "error",
  why:
    "Sentinel promotes no replica with priority 0 and none that is down. When all the others share " +
    "a host or a zone with the primary, its loss leaves nothing to promote.",
  fix: "Put a replica with a priority other than 0 into another zone, or on another host.",
  evidence: "measured: without a candidate every failover ends in -failover-abort-no-good-slave",
  sees: ["static", "live"],
  bad: {
    about: "The replica in zone b may not be promoted.",
    files: {
      ...inventoryOf("a", "a", "b"),
      ...redisFiles({ linesOf: { 3: ["replica-priority 0"] } }),
      ...sentinelFiles(),
    },
  },
  good: {
    about: "It may, although only after the other one.",
    files: {
      ...inventoryOf("a", "a", "b"),
      ...redisFiles({ linesOf: { 3: ["replica-priority 200"] } }),
      ...sentinelFiles(),
    },
  },
  *check(facts) {
    if (isOneMachine(facts)) return;
    for (const group of facts.groups) {
      const candidates = group.nodes.filter((node) => isPromotable(node) !== false);
      const [first] = candidates;
      // A single node has nobody to be replaced by, which is another finding.
      if (!group.hasEveryNode || group.nodes.length < 2 || first === undefined) continue;
      const domains = domainsOf(group.nodes) ?? [];
      const shared = domains.filter(({ members }) => candidates.every((node) => members.includes(node)));
      // A host is within its zone: one finding, about the larger of the two.
      const domain = shared.find(({ kind }) => kind === "zone") ?? shared[0];
      if (domain === undefined) continue;
      const found = `All nodes of ${groupName(group)} that may be primary are ${within(domain.kind)}`;
      const message = `${found} ${quoted(domain.name)}; expected one elsewhere`;
      yield { place: placeOf(first), message };
    }
  },
};

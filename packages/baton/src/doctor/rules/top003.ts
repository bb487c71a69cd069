// TOP003: after the loss of one host or zone a majority is left, and the quorum is not.
import { quoted } from "../../cluster/text.ts";
import { type Domain, domainsOf } from "../domains.ts";
import type { Facts, Group, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { oncePer } from "../once.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isOneMachine } from "../sentinel-hosts.ts";
import { type Quorum, groupName, majorityOf, quorumsOf, setQuorum } from "../watches.ts";

/** By how many Sentinels are left: the first host or zone whose loss leaves so many, which are a majority. */
const survivable = oncePer(({ sentinels }: Group) => {
  const found = new Map<number, Domain<SentinelInstance>>();
  for (const domain of domainsOf(sentinels) ?? []) {
    const left = sentinels.length - domain.members.length;
    if (left >= majorityOf(sentinels.length) && !found.has(left)) found.set(left, domain);
  }
  return found;
});

function judge({ watch, value, setting }: Quorum): Draft | undefined {
  const { group } = watch;
  const voters = group?.sentinels.length ?? 0;
  // A quorum of all Sentinels, or more, is another finding, and so is the majority itself.
  if (group?.hasEverySentinel !== true || voters < 3 || value >= voters) return undefined;
  const [left, lost] = [...survivable(group)].find(([some]) => some < value) ?? [];
  if (lost === undefined) return undefined;
  const loss = `Without the ${lost.kind} ${quoted(lost.name)} ${left} of ${voters} Sentinels are left`;
  const found = `${loss}, and the quorum of ${groupName(watch)} is ${value}`;
  const message = `${found}; expected ${majorityOf(voters)}`;
  return { place: setting.place, message, ...setQuorum({ watch, value, setting }, voters) };
}

function* drafts(facts: Facts): Iterable<Draft> {
  for (const quorum of quorumsOf(facts)) {
    const draft = judge(quorum);
    if (draft !== undefined) yield draft;
  }
}

export const top003: Rule = {
  id: "TOP003",
  title: "quorum out of reach after the loss of one host or zone",
  severity: "error",
  why:
    "The quorum has to be reached by those that are left when a host or a zone is lost, often the " +
    "one of the primary. When it is not, nobody asks for a failover, although a majority could " +
    "elect a leader.",
  fix: "Set the quorum to the majority of the Sentinels, or move one of them elsewhere.",
  evidence: "measured: quorum 3 of 3, one Sentinel lost with the primary: no failover",
  sees: ["static", "live"],
  bad: {
    about: "Four of five have to agree, and two are in zone a.",
    files: {
      ...inventoryOf("a", "a", "b", "b", "c"),
      ...sentinelFiles({ count: 5, quorum: 4 }),
    },
  },
  good: {
    about: "Three of five have to agree.",
    files: {
      ...inventoryOf("a", "a", "b", "b", "c"),
      ...sentinelFiles({ count: 5, quorum: 3 }),
    },
  },
  *check(facts) {
    if (!isOneMachine(facts)) yield* drafts(facts);
  },
};

// TOP003: after the loss of one host or zone a majority is left, and the quorum is not.
import { quoted } from "../../cluster/text.ts";
import { domainsOf } from "../domains.ts";
import type { Facts } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { inventoryOf } from "../inventory-examples.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isOneMachine } from "../sentinel-hosts.ts";
import { type Quorum, groupName, majorityOf, quorumsOf, setQuorum } from "../watches.ts";

function judge({ watch, value, setting }: Quorum): Draft | undefined {
  const { group } = watch;
  const voters = group?.sentinels.length ?? 0;
  const domains = group?.hasEverySentinel === true ? domainsOf(group.sentinels) : undefined;
  // A quorum of all Sentinels, or more, is another finding, and so is the majority itself.
  if (domains === undefined || voters < 3 || value >= voters) return undefined;
  const lost = domains
    .filter(({ members }) => voters - members.length >= majorityOf(voters))
    .find(({ members }) => voters - members.length < value);
  if (lost === undefined) return undefined;
  const left = voters - lost.members.length;
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

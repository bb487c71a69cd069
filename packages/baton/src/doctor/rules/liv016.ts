// LIV016: two Sentinels led a failover of the same group under the same number.
import { quoted } from "../../cluster/text.ts";
import { type Attempt, leadsIn } from "../elections.ts";
import { listeningNeeded, speakerOf } from "../events.ts";
import type { Draft } from "../finding.ts";
import { sentinelLog } from "../log-examples.ts";
import type { Rule } from "../rule.ts";

export const liv016: Rule = {
  id: "LIV016",
  title: "two Sentinels led a failover of one group at once",
  severity: "warning",
  why:
    "SENTINEL FAILOVER needs no election: given to two Sentinels at once, both say OK and take the same " +
    "epoch. If they choose different replicas there are two primaries, and equal epochs never override " +
    "each other: Sentinels then disagree until the next failover.",
  fix:
    "One person, or one tool under a lock, fails over at a time. Where nobody did: two Sentinels with " +
    "the same myid are SEN012. Compare SENTINEL GET-MASTER-ADDR-BY-NAME of all Sentinels; if they " +
    "disagree, run SENTINEL FAILOVER once more, on one of them.",
  evidence: "measured: two SENTINEL FAILOVER at once, both OK, one epoch, three times of three",
  sees: ["static", "live"],
  bad: {
    about: "Two operators, one command each.",
    files: {
      "h1/sentinel.log": sentinelLog(
        655,
        "17:04:41.120 # +new-epoch 4",
        "17:04:41.120 # +try-failover master main 10.0.0.1 6379",
        "17:04:41.152 # +elected-leader master main 10.0.0.1 6379",
      ),
      "h2/sentinel.log": sentinelLog(
        812,
        "17:04:41.133 # +new-epoch 4",
        "17:04:41.133 # +try-failover master main 10.0.0.1 6379",
        "17:04:41.161 # +elected-leader master main 10.0.0.1 6379",
      ),
    },
  },
  good: {
    about: "The second one tried in the same epoch, and was not elected.",
    files: {
      "h1/sentinel.log": sentinelLog(
        655,
        "17:04:41.120 # +new-epoch 4",
        "17:04:41.120 # +try-failover master main 10.0.0.1 6379",
        "17:04:41.152 # +elected-leader master main 10.0.0.1 6379",
      ),
      "h2/sentinel.log": sentinelLog(
        812,
        "17:04:41.133 # +new-epoch 4",
        "17:04:41.133 # +try-failover master main 10.0.0.1 6379",
      ),
    },
  },
  *check(facts) {
    yield* listeningNeeded(facts);
    const known = new Map<string, Attempt[]>();
    for (const lead of facts.heard.flatMap(leadsIn)) {
      const key = `${String(lead.stream.isLive)} ${lead.key}`;
      const others = known.get(key) ?? [];
      const other = others.find((one) => isTogether(one, lead));
      // One a Sentinel is enough to compare with.
      if (others.at(-1)?.stream !== lead.stream) known.set(key, [...others, lead]);
      if (other !== undefined) yield draftOf(lead, other);
    }
  },
};

function draftOf({ stream, event, group, epoch }: Attempt, other: Attempt): Draft {
  const message =
    `${speakerOf(stream)} led a failover of ${quoted(group)} in epoch ${epoch ?? "?"}, and so did ` +
    `${quoted(other.stream.name)}; expected one leader an epoch`;
  return { place: event.place, message };
}

const TOGETHER_MS = 60_000;

function isTogether(one: Attempt, other: Attempt): boolean {
  const apartMs = Math.abs(one.event.atMs - other.event.atMs);
  return one.stream !== other.stream && apartMs < TOGETHER_MS;
}

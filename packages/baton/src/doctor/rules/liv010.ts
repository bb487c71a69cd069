// LIV010: a Sentinel wanted to lead a failover, and too few others voted for it.
import { counted, quoted } from "../../cluster/text.ts";
import { attemptsIn, leadsIn, NOT_ELECTED, voteIn } from "../elections.ts";
import { groupIn, listeningNeeded, speakerOf } from "../events.ts";
import type { EventStream } from "../facts-events.ts";
import type { Draft } from "../finding.ts";
import { sentinelLog } from "../log-examples.ts";
import type { Rule } from "../rule.ts";

export const liv010: Rule = {
  id: "LIV010",
  title: "a Sentinel was not elected to lead a failover",
  severity: "warning",
  why:
    "A leader needs the votes of the quorum and of a majority of all Sentinels that were known since " +
    "the last RESET, dead ones too. Who is not elected within 10 s, or failover-timeout where that is " +
    "shorter, gives up, and the next attempt comes after twice failover-timeout.",
  fix:
    "Compare SENTINEL CKQUORUM and num-other-sentinels with the Sentinels that there are: dead ones " +
    "that still count are SEN013, too few in all SEN004. Check that each Sentinel reaches every other " +
    "one at the address that it announces (NET002). Once in a while it is a split vote, and the next " +
    "one succeeds.",
  evidence:
    "measured: three live Sentinels and three that were gone, never elected; two Sentinels, quorum 1, " +
    "and the host of the primary and of one of them dies",
  sees: ["static", "live"],
  bad: {
    about: "Of two Sentinels one is left, and a majority of two is two.",
    files: {
      "h1/sentinel.log": sentinelLog(
        655,
        "17:04:41.120 # +new-epoch 4",
        "17:04:41.120 # +try-failover master main 10.0.0.2 6379",
        "17:04:41.131 # +vote-for-leader 6efa8fa365a00e2750d8531ecf8decd5cc7bae01 4",
        "17:04:51.202 # -failover-abort-not-elected master main 10.0.0.2 6379",
      ),
    },
  },
  good: {
    about: "It voted for another one, which was elected.",
    files: {
      "h1/sentinel.log": sentinelLog(
        655,
        "17:04:41.120 # +new-epoch 4",
        "17:04:41.131 # +vote-for-leader 6efa8fa365a00e2750d8531ecf8decd5cc7bae02 4",
        "17:04:42.902 # +switch-master main 10.0.0.2 6379 10.0.0.1 6379",
      ),
    },
  },
  *check(facts) {
    yield* listeningNeeded(facts);
    for (const isLive of [true, false]) {
      const streams = facts.heard.filter((stream) => stream.isLive === isLive);
      const splits = splitsIn(streams);
      const led = new Set(streams.flatMap(leadsIn).map(({ key }) => key));
      for (const stream of streams) yield* draftsOf(stream, splits, led);
    }
  },
};

/** How the votes of an epoch were split, as far as those are known who cast them: "2:1". */
function splitsIn(streams: readonly EventStream[]): ReadonlyMap<string, string> {
  const votes = new Map<string, Map<string, number>>();
  for (const vote of streams.flatMap(({ events }) => events).flatMap((event) => voteIn(event) ?? [])) {
    const counts = votes.get(vote.epoch) ?? new Map<string, number>();
    votes.set(vote.epoch, counts.set(vote.leader, (counts.get(vote.leader) ?? 0) + 1));
  }
  const split = [...votes].filter(([, counts]) => counts.size > 1);
  return new Map(
    split.map(([epoch, counts]) => [epoch, [...counts.values()].sort((a, b) => b - a).join(":")]),
  );
}

/** One a group. `led`: failovers that somebody was elected for; who wanted it, too, gives up without harm. */
function* draftsOf(
  stream: EventStream,
  splits: ReadonlyMap<string, string>,
  led: ReadonlySet<string>,
): Iterable<Draft> {
  const inVain = attemptsIn(stream).filter(
    ({ event, key }) => event.name === NOT_ELECTED && !led.has(key),
  );
  const last = new Map(inVain.map((attempt) => [attempt.group, attempt]));
  const counts = new Map<string, number>();
  for (const { group } of inVain) counts.set(group, (counts.get(group) ?? 0) + 1);
  const switches = new Map(
    stream.events
      .filter(({ name }) => name === "+switch-master")
      .map((event) => [groupIn(event), event.atMs]),
  );
  for (const [group, { event, epoch }] of last) {
    const votes = splits.get(epoch ?? "");
    const split = votes === undefined ? "" : `; the votes of epoch ${epoch ?? ""} were split ${votes}`;
    const message =
      `${speakerOf(stream)} wanted to lead a failover of ${quoted(group)}, and was not elected, ` +
      `${counted(counts.get(group) ?? 0, "time")} (${NOT_ELECTED})${split}; ` +
      ((switches.get(group) ?? 0) > event.atMs
        ? "a later failover worked"
        : "expected the votes of a majority");
    yield { place: event.place, message };
  }
}

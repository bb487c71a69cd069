// One failover as the logs of all Sentinels tell it. Pure.
import type { EventStream } from "../../packages/baton/src/doctor/facts-events.ts";

/** Times are milliseconds after the kill. */
export interface Election {
  /** When each Sentinel said +sdown of the primary, in order. */
  readonly noticedMs: readonly number[];
  /** Sentinels that asked for votes, in all attempts together. */
  readonly candidates: number;
  /** Epochs that were begun until the failover was done; more than one: somebody had to try again. */
  readonly attempts: number;
  /** Attempts that were given up, by Sentinel's words: "not-elected", "no-good-slave", "slave-timeout". */
  readonly givenUp: readonly string[];
  /** Of the first attempt: how many voted for each of those who got a vote, the most first. */
  readonly firstVotes: readonly number[];
  /** The first Sentinel to say +switch-master; undefined where none did. */
  readonly switchedMs: number | undefined;
}

interface Heard {
  readonly who: string;
  readonly atMs: number;
  readonly name: string;
  readonly words: readonly string[];
}

/** All that was said of one group between the kill and the switch, in the order of time. */
function heardIn(streams: readonly EventStream[], killedMs: number, group: string): readonly Heard[] {
  const heard = streams.flatMap(({ name: who, events }) =>
    events.map(({ atMs, name, text }) => ({ who, atMs: atMs - killedMs, name, words: text.split(" ") })),
  );
  const after = heard.filter(({ atMs }) => atMs >= 0).toSorted((one, other) => one.atMs - other.atMs);
  const end = after.find((one) => isSwitch(one, group));
  return end === undefined ? after : after.filter(({ atMs }) => atMs <= end.atMs);
}

const isSwitch = ({ name, words }: Heard, group: string): boolean =>
  name === "+switch-master" && words[0] === group;

function votesIn(heard: readonly Heard[], epoch: string | undefined): readonly number[] {
  const votes = new Map<string, number>();
  for (const { name, words } of heard) {
    const [leader = "", of] = words;
    if (name === "+vote-for-leader" && of === epoch) votes.set(leader, (votes.get(leader) ?? 0) + 1);
  }
  return [...votes.values()].toSorted((one, other) => other - one);
}

/** `killedMs`: by the clock of the logs. */
export function electionOf(
  streams: readonly EventStream[],
  { killedMs, group }: { readonly killedMs: number; readonly group: string },
): Election {
  const heard = heardIn(streams, killedMs, group);
  const said = (event: string) => heard.filter(({ name }) => name === event);
  const epochs = [...new Set(said("+new-epoch").map(({ words }) => words[0]))];
  const noticed = said("+sdown").filter(({ words }) => words[0] === "master" && words[1] === group);
  return {
    noticedMs: noticed.map(({ atMs }) => atMs),
    candidates: new Set(said("+try-failover").map(({ who }) => who)).size,
    attempts: epochs.length,
    givenUp: heard.flatMap(({ name }) => /^-failover-abort-(.+)$/.exec(name)?.[1] ?? []),
    firstVotes: votesIn(heard, epochs[0]),
    switchedMs: heard.find((one) => isSwitch(one, group))?.atMs,
  };
}

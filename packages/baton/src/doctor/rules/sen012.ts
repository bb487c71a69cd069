// SEN012: two Sentinels with one identity.
import { quoted } from "../../cluster/text.ts";
import type { Facts, SentinelInstance } from "../facts.ts";
import type { Place } from "../finding.ts";
import { identity, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { addressOf } from "../settings.ts";
import { placeOf, shownPlace } from "../watches.ts";

interface Identity {
  readonly sentinel: SentinelInstance;
  readonly id: string;
  readonly place: Place;
}

function identitiesOf(facts: Facts): readonly Identity[] {
  return facts.sentinels.flatMap((sentinel) => {
    const { live, config } = sentinel;
    if (live?.myId !== undefined) return [{ sentinel, id: live.myId, place: placeOf(sentinel) }];
    const word = config?.directives.findLast(({ name }) => name === "sentinel myid")?.words[0];
    return word === undefined || word.isUnknown ? [] : [{ sentinel, id: word.text, place: word.place }];
  });
}

/** A copy of one file, as a backup is, or a file and the process that runs with it. */
function isSameProcess(one: SentinelInstance, other: SentinelInstance): boolean {
  const [a, b] = [addressOf(one), addressOf(other)];
  // A file that names no address cannot be told from the process with its id.
  if (a === undefined || b === undefined) return (one.live === undefined) !== (other.live === undefined);
  return a.address === b.address && a.port === b.port;
}

export const sen012: Rule = {
  id: "SEN012",
  title: "two Sentinels with the same myid",
  severity: "error",
  why:
    "Sentinels know each other by their id. When all have one id, none discovers another; when two " +
    "share one, their address flips between both, and both can become leader in one epoch and " +
    "promote different replicas.",
  fix:
    "Stop the clone, delete its line sentinel myid (and its known-sentinel lines), and start it " +
    "again: it gives itself an id. In images and templates leave the line out.",
  evidence: "measured: two of three with one id elected two leaders; redis#4652",
  sees: ["static", "live"],
  bad: {
    about: "The second host was cloned from the first one after Sentinel had run there.",
    files: sentinelFiles({
      linesOf: { 1: [`sentinel myid ${identity(1)}`], 2: [`sentinel myid ${identity(1)}`] },
    }),
  },
  good: {
    about: "Each has its own.",
    files: sentinelFiles({
      linesOf: { 1: [`sentinel myid ${identity(1)}`], 2: [`sentinel myid ${identity(2)}`] },
    }),
  },
  *check(facts) {
    const seen = new Map<string, Identity>();
    for (const found of identitiesOf(facts)) {
      const id = found.id.toLowerCase();
      const first = seen.get(id);
      if (first === undefined) seen.set(id, found);
      else if (!isSameProcess(first.sentinel, found.sentinel)) {
        const other = shownPlace(first.place);
        const what = `The id ${quoted(`${id.slice(0, 8)}...`)} is also that of ${other}`;
        yield { place: found.place, message: `${what}; expected one of its own` };
      }
    }
  },
};

// SEN013: an electorate with members that are no more.
import { counted } from "../../cluster/text.ts";
import type { Group, Monitor, Word } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { hasNetworkAddress, key, keysOf } from "../join-keys.ts";
import { hasFlag, numberIn, placeAt } from "../live/answers.ts";
import { identity, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { type Watch, groupName, majorityOf, watchesOf } from "../watches.ts";

const GONE_MS = 3_600_000;

interface Known {
  readonly line: Word;
  readonly address: string;
}

function knownSentinels(monitor: Monitor): readonly Known[] {
  const lines = monitor.options.get("known-sentinel") ?? [];
  return lines.flatMap(({ words: [address, port] }) => {
    if (address === undefined || port === undefined || address.isUnknown || port.isUnknown) return [];
    return [{ line: address, address: key(address.text, port.text) }];
  });
}

/** Addresses of all Sentinels; undefined when one of them is not known, or not all were given. */
function realSentinels(group: Group): ReadonlySet<string> | undefined {
  if (!group.hasEverySentinel || !group.sentinels.every(hasNetworkAddress)) return undefined;
  return new Set(group.sentinels.flatMap(keysOf));
}

/** Entries that no Sentinel stands behind: a second one of an address, or one that nobody has. */
function staleInFile(monitor: Monitor, real: ReadonlySet<string> | undefined): readonly Known[] {
  const seen = new Set<string>();
  return knownSentinels(monitor).filter((known) => {
    const isSecond = seen.has(known.address);
    seen.add(known.address);
    return isSecond || (real !== undefined && !real.has(known.address));
  });
}

function draft(watch: Watch, stale: number, known: number): Pick<Draft, "message" | "severity"> {
  const needed = majorityOf(known);
  const usable = known - stale;
  const all = counted(known, "Sentinel");
  const found = `${all} of ${groupName(watch)} are counted, of which ${usable} exist`;
  const need = `an election needs ${needed} votes`;
  const message = `${found}, and ${need}; expected no entry without a Sentinel`;
  return { message, severity: usable < needed ? "error" : "warning" };
}

export const sen013: Rule = {
  id: "SEN013",
  title: "Sentinels that are gone still count for the majority",
  severity: "error",
  why:
    "The majority is that of all Sentinels ever seen, and Sentinel forgets none by itself. When too " +
    "many of them are gone no leader is elected any more.",
  fix:
    "While the primary and all replicas are up: SENTINEL RESET of the group on one Sentinel after " +
    "the other, 30 s apart. Never during an outage: the replicas are forgotten, too.",
  evidence:
    "measured: three live and three stale Sentinels never elect a leader; redis#8791, redis#8786",
  sees: ["static", "live"],
  bad: {
    about: "The second host was installed anew without its old id, and is known twice.",
    files: sentinelFiles({
      linesOf: { 1: [`sentinel known-sentinel main 10.0.0.2 26379 ${identity(9)}`] },
    }),
  },
  good: { about: "Each of the others is known once.", files: sentinelFiles() },
  *check(facts) {
    const real = new Map(facts.groups.map((group) => [group, realSentinels(group)]));
    for (const watch of watchesOf(facts)) {
      const view = watch.sentinel.live?.groups.get(watch.name);
      if (view === undefined && watch.monitor !== undefined) {
        const stale = staleInFile(watch.monitor, watch.group && real.get(watch.group));
        const [first] = stale;
        if (first === undefined) continue;
        const known = knownSentinels(watch.monitor).length + 1;
        yield { place: first.line.place, ...draft(watch, stale.length, known) };
      } else if (view !== undefined) {
        const gone = view.sentinels.filter((peer) => {
          return hasFlag(peer, "s_down") && (numberIn(peer, "last-hello-message") ?? 0) > GONE_MS;
        });
        if (gone.length === 0) continue;
        const { live } = watch.sentinel;
        const place = live === undefined ? watch.place : placeAt(live);
        yield { place, ...draft(watch, gone.length, view.sentinels.length + 1) };
      }
    }
  },
};

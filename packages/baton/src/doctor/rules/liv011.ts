// LIV011: Sentinels that do not know the same replicas, or not the same Sentinels.
import { listed, quoted } from "../../cluster/text.ts";
import { type Voice, rowName, voicesOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** What some Sentinel knows and this one does not. */
function missing(all: readonly string[], own: readonly string[]): readonly string[] {
  const known = new Set(own);
  return all.filter((one) => !known.has(one));
}

const replicasOf = ({ view }: Voice) => view.replicas.map(rowName);
const peersOf = ({ view }: Voice) => view.sentinels.map((row) => row.get("runid") ?? "");

/** An id says nothing to people; whoever knows that Sentinel has its address. The first one's word counts. */
function namesById(voices: readonly Voice[]): ReadonlyMap<string, string> {
  const rows = voices.flatMap(({ view }) => view.sentinels);
  return new Map(rows.toReversed().map((row) => [row.get("runid") ?? "", rowName(row)]));
}

export const liv011: Rule = {
  id: "LIV011",
  title: "Sentinels that do not all know the same processes",
  severity: "warning",
  why:
    "Sentinels find replicas by the primary's INFO and each other by messages on __sentinel__:hello. One " +
    "that lacks a replica cannot promote it, and one that lacks a Sentinel counts another majority.",
  fix:
    "Let each of them reach every node and every Sentinel. What is gone for good: SENTINEL RESET on one " +
    "after the other, 30 s apart, while the primary and all replicas are up.",
  evidence: "measured: Sentinels that announced wrong addresses never found each other",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const voices = voicesOf(group);
      const primaries = new Set(voices.map(({ view }) => rowName(view.primary)));
      // Then they differ by that one node, and LIV002 speaks of it.
      const replicas = primaries.size > 1 ? [] : [...new Set(voices.flatMap(replicasOf))];
      const peers = [...new Set(voices.flatMap(peersOf))];
      const names = namesById(voices);
      for (const voice of voices) {
        const lacks = missing(replicas, replicasOf(voice));
        // Nobody knows itself. Not every login may ask a Sentinel for its id.
        const strangers = missing(peers, peersOf(voice))
          .filter((id) => id !== voice.sentinel.myId && names.get(id) !== voice.name)
          .map((id) => names.get(id) ?? id);
        const found = [
          ...(lacks.length > 0 ? [`the replica ${listed(lacks)}`] : []),
          ...(strangers.length > 0 ? [`the Sentinel ${listed(strangers)}`] : []),
        ];
        if (found.length === 0) continue;
        const message = `It does not know ${listed(found)} of ${quoted(group.name)}, which others know`;
        yield { place: voice.place, message };
      }
    }
  },
};

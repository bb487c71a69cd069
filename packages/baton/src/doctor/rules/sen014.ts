// SEN014: a Sentinel in the electorate that belongs to nobody here.
import { quoted } from "../../cluster/text.ts";
import type { Group } from "../facts.ts";
import { hasNetworkAddress, keysOf } from "../join-keys.ts";
import { rowName, voicesOf } from "../live/answers.ts";
import type { Rule } from "../rule.ts";

/** Fewer files than that may well be a part of what there is. */
const FILES_MIN = 3;

/**
 * Every address of all Sentinels that have a file; undefined when that cannot be all of them, or one has
 * none.
 */
function inventory({ sentinels }: Group): ReadonlySet<string> | undefined {
  const written = sentinels.filter(({ config }) => config !== undefined);
  if (written.length < FILES_MIN || !written.every(hasNetworkAddress)) return undefined;
  return new Set(written.flatMap(keysOf));
}

export const sen014: Rule = {
  id: "SEN014",
  title: "a Sentinel that is not one of yours has a vote",
  severity: "warning",
  why:
    "Whoever reaches a node and uses the same master name joins by __sentinel__:hello, a staging " +
    "Sentinel or one in another data centre, too. It raises the majority, and stays counted after it is " +
    "gone.",
  fix:
    "Give every environment master names of its own, and let only your Sentinels publish on " +
    "__sentinel__:hello. Then SENTINEL RESET on one Sentinel after the other, while the primary and all " +
    "replicas are up.",
  evidence: "measured: four voters and a majority of three, also after the foreign one had left",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const known = inventory(group);
      if (known === undefined) continue;
      const named = voicesOf(group).flatMap(({ view }) => view.sentinels.map(rowName));
      for (const name of new Set(named)) {
        if (known.has(name)) continue;
        const found = `This Sentinel counts for ${quoted(group.name)} and has no file among those given`;
        const message = `${found}; expected a file of it, or its removal`;
        yield { place: { file: name, line: 0, column: 0 }, message };
      }
    }
  },
};

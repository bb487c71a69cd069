// SEN037: scripts that may be changed over the network.
import { replaceWord } from "../edits.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isYes, sentinelSetting } from "../settings.ts";

export const sen037: Rule = {
  id: "SEN037",
  title: "scripts may be changed over the network",
  severity: "warning",
  why:
    "With deny-scripts-reconfig no whoever may send SENTINEL SET chooses which program Sentinel " +
    "runs at the next failover, as Sentinel's user.",
  fix: "Set sentinel deny-scripts-reconfig yes, which is the default, and change scripts in the file.",
  evidence: "the manual of Sentinel",
  sees: ["static"],
  bad: {
    about: "Changes are allowed.",
    files: sentinelFiles({ lines: ["sentinel deny-scripts-reconfig no"] }),
  },
  good: {
    about: "They are denied.",
    files: sentinelFiles({ lines: ["sentinel deny-scripts-reconfig yes"] }),
  },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const denies = sentinelSetting(sentinel, "sentinel deny-scripts-reconfig");
      if (denies === undefined || isYes(denies) !== false) continue;
      const message = "SENTINEL SET may change the scripts of this Sentinel; expected yes";
      const [word] = denies.words;
      const isWritten = denies.origin === "file" && word !== undefined;
      yield { place: denies.place, message, ...(isWritten && { edits: [replaceWord(word, "yes")] }) };
    }
  },
};

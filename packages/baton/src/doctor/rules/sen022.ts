// SEN022: a line of sentinel.conf that this Sentinel does not know.
import { quoted } from "../../cluster/text.ts";
import { replaceWord } from "../edits.ts";
import type { Directive, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import {
  isPlainSlip,
  meantDirective,
  missingUntil,
  sentinelDirective,
  takesWords,
} from "../sentinel-directives.ts";

function judge(line: Directive, { version }: SentinelInstance): Draft | undefined {
  const { place, nameWord } = line;
  if (!line.name.startsWith("sentinel ")) {
    // All of them need the word in front; `rename-command` is also a line of redis.conf.
    const isBare = sentinelDirective(line.name) !== undefined && line.name !== "rename-command";
    if (!isBare) return undefined;
    const message = `${line.name} stands alone; expected sentinel ${line.name}`;
    const insert = { place: nameWord.place, length: 0, text: "sentinel " };
    return {
      place,
      message,
      ...(takesWords(line.name, line.words.length) === true && { edits: [insert] }),
    };
  }
  const name = line.name.slice("sentinel ".length);
  const known = sentinelDirective(name);
  if (known !== undefined) {
    const since = missingUntil(known, version);
    if (since === undefined) return undefined;
    const found = `sentinel ${name} is known from ${since} on, and this is ${version?.source ?? "older"}`;
    return { place, message: `${found}; expected no such line` };
  }
  const meant = meantDirective(name);
  const isCertain =
    meant !== undefined && isPlainSlip(name, meant) && takesWords(meant, line.words.length) === true;
  const guess = meant === undefined ? "" : `, perhaps sentinel ${meant}`;
  const expected = isCertain ? `sentinel ${meant}` : `a directive of Sentinel${guess}`;
  const edits = isCertain ? { edits: [replaceWord(nameWord, meant)] } : {};
  return { place, message: `There is no sentinel ${quoted(name)}; expected ${expected}`, ...edits };
}

export const sen022: Rule = {
  id: "SEN022",
  title: "directive that Sentinel does not know",
  severity: "error",
  why:
    'Sentinel exits at a line that it does not know: "Unrecognized sentinel configuration statement". ' +
    "A host whose Sentinel does not start has no vote.",
  fix: "Spell it as the manual of the installed version does, or take it out.",
  evidence:
    "measured with 7.0.15: client-reconfiguration-script, data-dir and can-failover all end the start",
  sees: ["static"],
  bad: {
    about: "The name of the script's directive is spelled out.",
    files: sentinelFiles({ lines: ["sentinel client-reconfiguration-script main /opt/move-address"] }),
  },
  good: {
    about: "It is called client-reconfig-script; upper and lower case are alike.",
    files: sentinelFiles({ lines: ["sentinel Client-Reconfig-Script main /opt/move-address"] }),
  },
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      for (const line of sentinel.config?.lines ?? []) {
        const draft = line.nameWord.isUnknown ? undefined : judge(line, sentinel);
        if (draft !== undefined) yield draft;
      }
    }
  },
};

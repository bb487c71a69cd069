// LIV002: Sentinels that name different primaries, or the same one by different epochs.
import { type Voice, numberIn, rowName, voicesOf } from "../live/answers.ts";
import { quoted } from "../../cluster/text.ts";
import type { Rule } from "../rule.ts";

const epochOf = ({ view }: Voice): number => numberIn(view.primary, "config-epoch") ?? 0;
const saysOf = (voice: Voice): string =>
  `${rowName(voice.view.primary)} (config-epoch ${String(epochOf(voice))})`;

/** The newest configuration; of several the one that most Sentinels have. */
function newest(voices: readonly Voice[]): Voice | undefined {
  const votes = (voice: Voice) => voices.filter((other) => saysOf(other) === saysOf(voice)).length;
  return voices.toSorted((a, b) => epochOf(b) - epochOf(a) || votes(b) - votes(a)).at(0);
}

export const liv002: Rule = {
  id: "LIV002",
  title: "Sentinels disagree about the primary",
  severity: "error",
  why:
    "Clients go where their Sentinel sends them, so both places get writes. A higher config-epoch " +
    "spreads within 2 s; Sentinels that still differ after 5 s do not hear each other, and two different " +
    "primaries of one epoch never converge.",
  fix:
    "Find out why they do not hear each other: a partition, a right to __sentinel__:hello that is " +
    "missing, two operators with SENTINEL FAILOVER at once. Only a failover with a new, higher epoch " +
    "makes equal ones agree.",
  evidence: "measured: strictly higher epochs win, equal ones never override each other",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const voices = voicesOf(group);
      const best = newest(voices);
      if (best === undefined) continue;
      for (const voice of voices) {
        if (saysOf(voice) === saysOf(best)) continue;
        const isTie = epochOf(voice) === epochOf(best);
        const message =
          `It names ${saysOf(voice)} as the primary of ${quoted(group.name)}, and ${best.name} names ` +
          `${saysOf(best)}; ${isTie ? "equal epochs never converge" : "expected one answer from all"}`;
        yield { place: voice.place, message };
      }
    }
  },
};

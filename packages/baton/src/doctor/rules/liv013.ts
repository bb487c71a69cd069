// LIV013: clients are paused, and Sentinel's own with them.
import { type Answer, answersOf, numberIn, spanOf } from "../live/answers.ts";
import type { Draft } from "../finding.ts";
import { downAfterMs } from "../nodes.ts";
import type { Rule } from "../rule.ts";

const MARGIN_MS = 1_000;

export const liv013: Rule = {
  id: "LIV013",
  title: "clients are paused, and Sentinel's own with them",
  severity: "error",
  why:
    "CLIENT PAUSE holds Sentinel's PUBLISH back, and its PINGs queue behind it. A pause that is longer " +
    "than down-after makes Sentinel replace a healthy primary, which then is a primary beside the new " +
    "one.",
  fix: "CLIENT UNPAUSE, and pause for no longer than down-after minus a second.",
  evidence: "measured: a pause of 8 s with down-after 3 s, promoted after 5.6 s",
  since: "6.2",
  sees: ["live"],
  *check(facts) {
    for (const group of facts.groups) {
      const limitMs = downAfterMs(group);
      for (const answer of answersOf(group.nodes)) {
        const draft = draftOf(answer, limitMs);
        if (draft !== undefined) yield draft;
      }
    }
  },
};

function draftOf({ info, live, place }: Answer, limitMs: number | undefined): Draft | undefined {
  // Newer versions say for how long; older ones show only that Sentinel waits, which never does otherwise.
  const leftMs = numberIn(info, "paused_timeout_milliseconds");
  if (leftMs !== undefined && limitMs !== undefined && leftMs >= limitMs - MARGIN_MS) {
    const found = `Clients are paused for another ${spanOf(leftMs)}, and down-after is ${spanOf(limitMs)}`;
    return { place, message: `${found}; expected a pause that ends a second before that` };
  }
  const blocked = (live.sentinelClients ?? []).find(({ flags }) => flags.includes("b"));
  if (blocked === undefined) return undefined;
  const found = `CLIENT PAUSE holds Sentinel's own connection back (${blocked.name})`;
  return { place, message: `${found}; expected none, or a short one`, severity: "warning" };
}

// LIV019: scripts of Sentinel that hang, fail or wait.
import { counted } from "../../cluster/text.ts";
import { type Row, hasFlag, numberIn, placeAt, spanOf } from "../live/answers.ts";
import type { LiveSentinel } from "../facts.ts";
import type { Draft } from "../finding.ts";
import type { Rule } from "../rule.ts";

const SLOW_MS = 20_000;
/** Sixteen run at once; more than that wait for a place. */
const QUEUE_MAX = 16;

export const liv019: Rule = {
  id: "LIV019",
  title: "Sentinel's scripts fail or hang",
  severity: "warning",
  why:
    "A script is killed after 60 s and tried up to ten times, the last time two hours later and with the " +
    "addresses of the first: it may then send clients to a node that has long been something else. Of " +
    "256 waiting ones the oldest is dropped.",
  fix:
    "Let the script end within seconds with 0, write what it did to a log, and ask Sentinel for the " +
    "primary again.",
  evidence: "measured: an exit code of 1 was tried again after 30 s; 27 runs for one failover",
  sees: ["live"],
  *check(facts) {
    for (const { live } of facts.sentinels) {
      const draft = live && draftOf(live);
      if (draft !== undefined) yield draft;
    }
  },
};

function draftOf(live: LiveSentinel): Draft | undefined {
  const scripts = live.scripts ?? [];
  const failed = scripts.filter(hasFailed);
  const slowest = Math.max(0, ...scripts.map(runTime));
  const waiting = numberIn(live.info ?? new Map(), "sentinel_scripts_queue_length") ?? 0;
  const found = [
    ...(failed.length > 0 ? [`${counted(failed.length, "script")} failed and will be tried again`] : []),
    ...(slowest > SLOW_MS ? [`one has been running for ${spanOf(slowest)}`] : []),
    ...(waiting > QUEUE_MAX
      ? [`${counted(waiting, "script")} of ${String(QUEUE_MAX)} at once are queued`]
      : []),
  ];
  if (found.length === 0) return undefined;
  return { place: placeAt(live), message: `${found.join("; ")}; expected scripts that end at once` };
}

/** Counted from its first start on: one that does not run now, and has run, did not end with 0. */
function hasFailed(row: Row): boolean {
  const tries = numberIn(row, "retry-num") ?? 0;
  return tries > 1 || (tries === 1 && !hasFlag(row, "running"));
}

const runTime = (row: Row): number => numberIn(row, "run-time") ?? 0;

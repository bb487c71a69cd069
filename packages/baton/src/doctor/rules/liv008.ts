// LIV008: Sentinel chose a replica, and that did not become a primary.
import { counted, listed, quoted } from "../../cluster/text.ts";
import { byGroup, listeningNeeded, speakerOf, subjectOf } from "../events.ts";
import type { EventStream, SentinelEvent } from "../facts-events.ts";
import type { Draft } from "../finding.ts";
import { sentinelLog } from "../log-examples.ts";
import type { Rule } from "../rule.ts";

const ABORT = "-failover-abort-slave-timeout";

export const liv008: Rule = {
  id: "LIV008",
  title: "a failover ended because the chosen replica was not promoted",
  severity: "error",
  why:
    "Sentinel promotes by one transaction and never looks at its reply. If the replica refuses one " +
    "command of it, it carries out none; Sentinel waits for failover-timeout, gives up, and tries the " +
    "same again after twice that, for ever. SENTINEL CKQUORUM says OK all the while.",
  fix:
    "Look at INFO errorstats of the chosen replica: EXECABORT beside NOPERM is SEN040 (rights), beside " +
    "OOM RED024 (maxmemory), and with neither it is a renamed command, SEN038. Without EXECABORT: it " +
    "died meanwhile, or failover-timeout is below 3 s.",
  evidence:
    "measured: with CONFIG renamed away, or without the right to it, given up after failover-timeout, " +
    "every time; redis#10328",
  sees: ["static", "live"],
  bad: {
    about: "A replica was chosen, and nothing came of it within failover-timeout, 10 s.",
    files: {
      "h3/sentinel.log": sentinelLog(
        947,
        "17:04:41.123 # +try-failover master main 10.0.0.1 6379",
        "17:04:41.330 # +selected-slave slave 10.0.0.2:6379 10.0.0.2 6379 @ main 10.0.0.1 6379",
        "17:04:51.377 # -failover-abort-slave-timeout master main 10.0.0.1 6379",
      ),
    },
  },
  good: {
    about: "The chosen replica was promoted.",
    files: {
      "h3/sentinel.log": sentinelLog(
        947,
        "17:04:41.123 # +try-failover master main 10.0.0.1 6379",
        "17:04:41.330 # +selected-slave slave 10.0.0.2:6379 10.0.0.2 6379 @ main 10.0.0.1 6379",
        "17:04:42.214 # +promoted-slave slave 10.0.0.2:6379 10.0.0.2 6379 @ main 10.0.0.1 6379",
        "17:04:43.302 # +switch-master main 10.0.0.1 6379 10.0.0.2 6379",
      ),
    },
  },
  *check(facts) {
    yield* listeningNeeded(facts);
    for (const stream of facts.heard) {
      for (const [group, events] of byGroup(stream)) {
        const draft = draftOf(stream, group, events);
        if (draft !== undefined) yield draft;
      }
    }
  },
};

function draftOf(
  stream: EventStream,
  group: string,
  events: readonly SentinelEvent[],
): Draft | undefined {
  const aborts = events.filter(({ name }) => name === ABORT);
  const last = aborts.at(-1);
  if (last === undefined) return undefined;
  const chosen = chosenIn(events);
  const whom = chosen.length === 0 ? "a replica" : listed(chosen.map(quoted));
  const isOver = events.slice(events.indexOf(last)).some(({ name }) => name === "+switch-master");
  const message =
    `${speakerOf(stream)} chose ${whom} as the primary of ${quoted(group)}, and gave up ` +
    `${counted(aborts.length, "time")} waiting for the promotion (${ABORT}); ` +
    (isOver ? "a later failover worked" : "expected a promotion within a second or two");
  return { place: last.place, message, ...(isOver && { severity: "warning" }) };
}

/** Each replica once whose promotion was waited for in vain. */
function chosenIn(events: readonly SentinelEvent[]): readonly string[] {
  const names = new Set<string>();
  let chosen: string | undefined;
  for (const event of events) {
    if (event.name === "+selected-slave") chosen = subjectOf(event)?.name;
    else if (event.name === "+try-failover") chosen = undefined;
    else if (event.name === ABORT && chosen !== undefined) names.add(chosen);
  }
  return [...names];
}

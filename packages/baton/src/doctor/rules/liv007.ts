// LIV007: Sentinel tells a node to follow the primary, again and again, and it does not.
import { quoted } from "../../cluster/text.ts";
import { groupIn, listeningNeeded, speakerOf, subjectOf } from "../events.ts";
import type { EventStream, SentinelEvent } from "../facts-events.ts";
import type { Draft } from "../finding.ts";
import { spanOf } from "../live/answers.ts";
import { sentinelLog } from "../log-examples.ts";
import type { Rule } from "../rule.ts";

const ORDERS = new Set(["+convert-to-slave", "+fix-slave-config"]);
/** It has the role that it should have, or has begun anew: the next order is a first one. */
const OBEYED = new Set(["+role-change", "+reboot"]);
/** Sentinel looks every 10 s whether it was obeyed; what is further apart has another cause. */
const APART_MS = 60_000;

export const liv007: Rule = {
  id: "LIV007",
  title: "a node is told to follow the primary, and does not",
  severity: "error",
  why:
    "Sentinel says +convert-to-slave and +fix-slave-config when it has sent the order, and never looks " +
    "at the reply. Where one command of it is refused (maxmemory, a missing right, a renamed command) " +
    "none is carried out: the old primary stays one for ever, and takes writes that will be lost.",
  fix:
    "Look at INFO errorstats of that node: EXECABORT beside OOM is RED024, beside NOPERM SEN040, and " +
    "with neither it is a renamed command, SEN038. Until it follows, keep clients away from it.",
  evidence:
    "measured: more data than maxmemory with noeviction, told every 10 s, still a primary after 45 s, " +
    "with 12 EXECABORT and 49 OOM",
  sees: ["static", "live"],
  bad: {
    about: "The old primary is told a second time, 10 s after the first.",
    files: {
      "h2/sentinel.log": sentinelLog(
        812,
        "17:04:51.310 * +convert-to-slave slave 10.0.0.1:6379 10.0.0.1 6379 @ main 10.0.0.2 6379",
        "17:05:01.402 * +convert-to-slave slave 10.0.0.1:6379 10.0.0.1 6379 @ main 10.0.0.2 6379",
      ),
    },
  },
  good: {
    about: "It followed, and was a primary in between, as two failovers made it.",
    files: {
      "h2/sentinel.log": sentinelLog(
        812,
        "17:04:51.310 * +convert-to-slave slave 10.0.0.1:6379 10.0.0.1 6379 @ main 10.0.0.2 6379",
        "17:05:02.924 # +switch-master main 10.0.0.2 6379 10.0.0.1 6379",
        "17:05:21.471 # +switch-master main 10.0.0.1 6379 10.0.0.2 6379",
        "17:05:31.591 * +convert-to-slave slave 10.0.0.1:6379 10.0.0.1 6379 @ main 10.0.0.2 6379",
      ),
    },
  },
  *check(facts) {
    yield* listeningNeeded(facts);
    for (const stream of facts.heard) yield* draftsOf(stream);
  },
};

/** Orders of one kind to one node, none of them far behind the one before. */
interface Run {
  readonly first: SentinelEvent;
  readonly last: SentinelEvent;
  readonly count: number;
}

/** One a node: its longest run. */
function* draftsOf(stream: EventStream): Iterable<Draft> {
  const longest = new Map<string, Run>();
  /** By group and node, as long as the node may be one that has not obeyed. */
  const latest = new Map<string, Map<string, Run>>();
  for (const event of stream.events) {
    const group = groupIn(event);
    if (group === undefined) continue;
    const node = subjectOf(event)?.name ?? "";
    // Another primary, and each order has another reason.
    if (event.name === "+switch-master") latest.delete(group);
    if (OBEYED.has(event.name)) latest.get(group)?.delete(node);
    if (!ORDERS.has(event.name)) continue;
    const runs = latest.get(group) ?? new Map<string, Run>();
    const run = continued(runs.get(node), event);
    latest.set(group, runs.set(node, run));
    const key = `${group} ${node}`;
    if (run.count > (longest.get(key)?.count ?? 1)) longest.set(key, run);
  }
  for (const run of longest.values()) {
    const draft = draftOf(stream, run);
    if (draft !== undefined) yield draft;
  }
}

function continued(run: Run | undefined, event: SentinelEvent): Run {
  const apartMs = run === undefined ? Number.POSITIVE_INFINITY : event.atMs - run.last.atMs;
  // A clock that was set back says nothing about how far apart two orders are.
  const isNext = apartMs >= 0 && apartMs <= APART_MS && run?.first.name === event.name;
  if (run === undefined || !isNext) return { first: event, last: event, count: 1 };
  return { ...run, last: event, count: run.count + 1 };
}

function draftOf(stream: EventStream, { first, last, count }: Run): Draft | undefined {
  const node = subjectOf(first);
  if (node === undefined) return undefined;
  const message =
    `${speakerOf(stream)} told ${quoted(node.name)} ${String(count)} times within ` +
    `${spanOf(last.atMs - first.atMs)} to follow the primary of ${quoted(node.group)} (${first.name}); ` +
    "expected a node that follows at the first time";
  return { place: last.place, message };
}

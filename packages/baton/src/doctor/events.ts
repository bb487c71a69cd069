// What several rules ask of the events of Sentinels. Pure.
import type { Facts } from "./facts.ts";
import type { EventStream, SentinelEvent } from "./facts-events.ts";
import type { Need } from "./finding.ts";
import { parseSentinelLog } from "./parse/sentinel-log.ts";
import { kindOf } from "./recognise.ts";
import type { Sources } from "./sources.ts";

/** Whom an event is about. */
export interface Subject {
  readonly type: "master" | "slave" | "sentinel";
  /** ADDRESS:PORT */
  readonly name: string;
  readonly group: string;
}

const SUBJECT = /^(master|slave|sentinel) (\S+) (\S+) (\d{1,5})(?: @ (\S+) \S+ \d{1,5})?(?= |$)/;
const isType = (word: string | undefined): word is Subject["type"] =>
  word === "master" || word === "slave" || word === "sentinel";

/** Undefined for an event that is about no process, and for what no Sentinel says. */
export function subjectOf({ text }: SentinelEvent): Subject | undefined {
  const [, type, own = "", address = "", port = "", group] = SUBJECT.exec(text) ?? [];
  if (!isType(type)) return undefined;
  // A primary's own name is that of its group.
  if (type === "master") return { type, name: `${address}:${port}`, group: own };
  return group === undefined ? undefined : { type, name: `${address}:${port}`, group };
}

/** The group that an event is about. */
export function groupIn(event: SentinelEvent): string | undefined {
  // "main 10.0.0.1 6379 10.0.0.2 6379"
  return event.name === "+switch-master" ? event.text.split(" ", 1)[0] : subjectOf(event)?.group;
}

/** The events of one group, by group, in their order. */
export function byGroup({ events }: EventStream): ReadonlyMap<string, readonly SentinelEvent[]> {
  const groups = new Map<string, SentinelEvent[]>();
  for (const event of events) {
    const group = groupIn(event);
    if (group === undefined) continue;
    const own = groups.get(group);
    if (own === undefined) groups.set(group, [event]);
    else own.push(event);
  }
  return groups;
}

/** Who said it, for the beginning of a sentence; a log is named by the finding's place. */
export function speakerOf({ isLive, name }: EventStream): string {
  return isLive ? `The Sentinel ${name}` : "This Sentinel";
}

/** Of rules about events, where there are Sentinels and nobody listened to any. */
export function* listeningNeeded({ heard, sentinels }: Facts): Iterable<Need> {
  if (heard.length > 0 || sentinels.length === 0) return;
  yield { needs: "what the Sentinels say meanwhile: --live --watch 60s, or their log files" };
}

/** Of logs, each once, and of what was heard. */
export function heardIn({ files, live }: Sources): readonly EventStream[] {
  const logs = files.filter((file) => kindOf(file) === "sentinel-log").map(parseSentinelLog);
  return [...withoutCopies(logs), ...(live?.heard ?? [])];
}

const keyOf = ({ atMs, name, text }: SentinelEvent): string => `${String(atMs)} ${name} ${text}`;

/**
 * A copy would be taken for another Sentinel that says the same. It ends where its original goes on, so that
 * its first and its last event are in the other one, to the millisecond.
 */
function withoutCopies(logs: readonly EventStream[]): readonly EventStream[] {
  const holders = new Map<string, Set<EventStream>>();
  for (const log of logs) {
    for (const key of log.events.map(keyOf)) {
      const known = holders.get(key);
      if (known === undefined) holders.set(key, new Set([log]));
      else known.add(log);
    }
  }
  const ranks = new Map(logs.map((log, rank) => [log, rank]));
  const rankOf = (log: EventStream): number => ranks.get(log) ?? 0;
  return logs.filter((log) => {
    const [first, last] = [log.events.at(0), log.events.at(-1)];
    if (first === undefined || last === undefined) return true;
    const others = holders.get(keyOf(last)) ?? new Set();
    return ![...(holders.get(keyOf(first)) ?? [])].some(
      (other) =>
        others.has(other) &&
        (other.events.length > log.events.length ||
          (other.events.length === log.events.length && rankOf(other) < rankOf(log))),
    );
  });
}

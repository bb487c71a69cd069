// What Sentinels say of a RESET, and whether it came at a bad moment. Pure.
import { quoted } from "../cluster/text.ts";
import { speakerOf, subjectOf } from "./events.ts";
import type { Facts } from "./facts.ts";
import type { EventStream, SentinelEvent } from "./facts-events.ts";
import type { Draft } from "./finding.ts";
import { spanOf } from "./live/answers.ts";

/** What Sentinel's manual asks for between two; a Sentinel is known again to the others by then. */
const APART_MS = 30_000;

interface Reset {
  readonly stream: EventStream;
  readonly event: SentinelEvent;
  readonly group: string;
  /** As it was before. */
  readonly primary: string;
  readonly isPrimaryDown: boolean;
}

/** Those of several Sentinels within 30 s, and those of one while its primary is down. */
export function* resetsHeard({ heard }: Facts): Iterable<Draft> {
  const resets = heard.flatMap(resetsIn).sort((a, b) => a.event.atMs - b.event.atMs);
  /** Of each group the latest one of each Sentinel. */
  const latest = new Map<string, Map<EventStream, Reset>>();
  for (const reset of resets) {
    const { stream, event, group, primary } = reset;
    const key = `${String(stream.isLive)} ${group} ${primary}`;
    const known = latest.get(key) ?? new Map<EventStream, Reset>();
    const before = [...known.values()].filter(
      (other) => other.stream !== stream && event.atMs - other.event.atMs < APART_MS,
    );
    known.delete(stream);
    latest.set(key, known.set(stream, reset));
    const draft = draftOf(reset, before.at(-1));
    if (draft !== undefined) yield draft;
  }
}

function draftOf(reset: Reset, other: Reset | undefined): Draft | undefined {
  const { stream, event, group, isPrimaryDown } = reset;
  const told = `${speakerOf(stream)} was reset for ${quoted(group)}`;
  if (isPrimaryDown) {
    const message = `${told} while the primary was down (+sdown); expected a primary that is up`;
    return { place: event.place, message };
  }
  if (other === undefined) return undefined;
  const message =
    `${told} ${spanOf(event.atMs - other.event.atMs)} after ${quoted(other.stream.name)}; ` +
    "expected 30 s, or SENTINEL CKQUORUM, in between";
  return { place: event.place, message };
}

function resetsIn(stream: EventStream): readonly Reset[] {
  const resets: Reset[] = [];
  const down = new Set<string>();
  for (const event of stream.events) {
    const subject = subjectOf(event);
    if (event.name === "+switch-master") down.delete(event.text.split(" ", 1)[0] ?? "");
    if (subject?.type !== "master") continue;
    const { group, name: primary } = subject;
    if (event.name === "+reset-master")
      resets.push({ stream, event, group, primary, isPrimaryDown: down.has(group) });
    if (event.name === "+sdown") down.add(group);
    // A reset Sentinel begins anew, and says so when the primary is still down.
    else if (event.name === "-sdown" || event.name === "+reset-master") down.delete(group);
  }
  return resets;
}

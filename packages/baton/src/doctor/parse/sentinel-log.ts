// Reads a Sentinel's log: of its lines those that are events, each with its time and place.
import type { EventStream, SentinelEvent } from "../facts-events.ts";
import type { SourceText } from "../sources.ts";

/** The newest count. A file of the largest size that is read has about twice as many lines. */
const EVENTS_MAX = 10_000;
/** No event of a Sentinel is as long; names and addresses are what it holds. */
const TEXT_MAX = 500;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * "1234:X 21 Nov 2026 17:04:41.123 # ", as Sentinel begins its lines; X is what it calls itself. Whatever
 * collects logs may have put words of its own in front.
 */
const DATE = String.raw`(\d{2}) ([A-Z][a-z]{2}) (\d{4}) ([\d:]{8})\.(\d{3})`;
const STAMP = String.raw`(?:.{0,160}?[ \t])?\d{1,10}:X ${DATE} [.\-*#] `;
const ANY_LINE = new RegExp(`^${STAMP}`, "m");
const EVENT = new RegExp(`^(${STAMP})([+-][a-z][a-z-]{1,60})(?: (.*))?$`);

/** Whether a text is the log of a Sentinel, by what it says. */
export function isSentinelLog(head: string): boolean {
  return ANY_LINE.test(head);
}

/** Never throws; other lines, and those of no time that there is, are passed over. */
export function parseSentinelLog({ path, text }: SourceText): EventStream {
  const events: SentinelEvent[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const event = eventIn(line, path, index + 1);
    if (event !== undefined) events.push(event);
  }
  return { name: path, isLive: false, events: events.slice(-EVENTS_MAX) };
}

function eventIn(line: string, file: string, number: number): SentinelEvent | undefined {
  // Most lines of a collector's file are others', and the pattern is not free.
  if (!line.includes(":X ")) return undefined;
  const match = EVENT.exec(line.replace(/\r$/, ""));
  if (match === null) return undefined;
  const [, before = "", day = "", month = "", year = "", time = "", thousandths = ""] = match;
  const [name = "", text = ""] = match.slice(7);
  const monthNumber = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
  const atMs = Date.parse(`${year}-${monthNumber}-${day}T${time}.${thousandths}Z`);
  if (Number.isNaN(atMs)) return undefined;
  const place = { file, line: number, column: before.length + 1 };
  return { atMs, name, text: text.slice(0, TEXT_MAX), place };
}

// Events as tests of rules need them: what a Sentinel says, second by second.
import type { EventStream } from "./facts-events.ts";

/** "12.5 +sdown master main 10.0.0.1 6379", the second first; heard from 10.0.0.<number>. */
export function heardFrom(number: number, ...lines: readonly string[]): EventStream {
  const name = `10.0.0.${String(number)}:26379`;
  const events = lines.map((line) => {
    const [seconds = "", channel = "", ...words] = line.split(" ");
    const place = { file: name, line: 0, column: 0 };
    return { atMs: Number(seconds) * 1_000, name: channel, text: words.join(" "), place };
  });
  return { name, isLive: true, events };
}

/** A line of a log at 17:MM:SS.mmm. */
export function logLine(time: string, event: string): string {
  return `655:X 21 Nov 2026 17:${time} # ${event}`;
}

export const PRIMARY = "master main 10.0.0.1 6379";
/** A replica of it on 10.0.0.<number>. */
export const replica = (number: number): string =>
  `slave 10.0.0.${String(number)}:6379 10.0.0.${String(number)} 6379 @ main 10.0.0.1 6379`;

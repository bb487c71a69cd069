// Reads the values of configuration words: numbers, sizes, spans of time, versions.

/** A whole number with an optional sign; undefined for anything else. */
export function integerOfText(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export { bytesOf } from "../cluster/bytes.ts";

/** A size as systemd reads it: always powers of 1024; `infinity` is infinite. */
export function systemdBytesOf(text: string): number | undefined {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([KMGTPE]?)B?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = "", unit = ""] = match;
  return Number(digits) * 1024 ** " KMGTPE".indexOf(unit === "" ? " " : unit);
}

const SECONDS: Readonly<Record<string, number>> = {
  us: 1e-6,
  usec: 1e-6,
  ms: 1e-3,
  msec: 1e-3,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
};

/** A span as Redis ("60") and systemd ("1min 30s", "500ms", "infinity") write it, in seconds. */
export function secondsOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "infinity") return Number.POSITIVE_INFINITY;
  if (trimmed === "" || trimmed.length > 100) return undefined;
  let seconds = 0;
  let end = 0;
  for (const match of trimmed.matchAll(/\s*(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]*)/gy)) {
    const [whole, digits = "", unit = ""] = match;
    const factor = SECONDS[unit === "" ? "s" : unit];
    if (factor === undefined) return undefined;
    seconds += Number(digits) * factor;
    end += whole.length;
  }
  return end === trimmed.length ? seconds : undefined;
}

/** Compares versions number by number; missing numbers are 0: negative when `a` is older. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** "7.0", "7.0.15", "5:7.0.15-1~deb12u1": the numbers, or undefined when there are none. */
export function versionNumbers(text: string): readonly [number, number, number] | undefined {
  const match = /^(?:\d+:)?v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?(?![\w.]*:)/.exec(text);
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

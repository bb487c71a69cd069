// How bytes, times and durations are written on the page.

/** "0 B", "1.2 kB", "34 MB". */
export function bytes(count: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1000 ** power;
  const digits = power === 0 || value >= 10 ? 0 : 1;
  return `${value.toFixed(digits)} ${["B", "kB", "MB", "GB", "TB"][power]}`;
}

/** "3 s", "12 min", "5 h", "8 d": as coarse as a glance needs. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** Since a time that the agent named; undefined when there is nothing to reckon with. */
export function since(iso: string | null, nowMs: number | undefined): string | undefined {
  const atMs = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(atMs) || nowMs === undefined) return undefined;
  return duration(nowMs - atMs);
}

/** "09:26:53 UTC" of an ISO time; whatever else it is, as it is. */
export function clockTime(iso: string): string {
  const time = /T(\d\d:\d\d:\d\d)/u.exec(iso)?.[1];
  return time === undefined ? iso : `${time} UTC`;
}

/** "2026-03-14 09:26 UTC". */
export function dayTime(iso: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/u.exec(iso) ?? [];
  return day === undefined || time === undefined ? iso : `${day} ${time} UTC`;
}

/** "1.2 s", "240 ms". */
export function took(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

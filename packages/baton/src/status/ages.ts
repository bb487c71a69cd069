// Ages, moments and sizes as a person reads them. Pure: what is now is an argument.

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

function partsOf(ms: number) {
  const whole = Math.max(0, ms);
  return {
    whole,
    seconds: Math.floor(whole / SECOND_MS),
    minutes: Math.floor(whole / MINUTE_MS),
    hours: Math.floor(whole / HOUR_MS),
    days: Math.floor(whole / DAY_MS),
  };
}

/** "12 s", "3 min", "5 h 12 min", "3 days"; what lies ahead counts as 0 s, and no number as unknown. */
export function spokenAge(ms: number): string {
  if (Number.isNaN(ms)) return "an unknown time";
  const { whole, seconds, minutes, hours, days } = partsOf(ms);
  if (whole < MINUTE_MS) return `${seconds} s`;
  if (whole < HOUR_MS) return `${minutes} min`;
  if (whole < 2 * DAY_MS) return `${hours} h ${minutes - hours * 60} min`;
  return `${days} days`;
}

/** The same in at most 5 characters: "12s", "3m", "5h12", "3d". */
export function shortAge(ms: number): string {
  if (Number.isNaN(ms)) return "?";
  const { whole, seconds, minutes, hours, days } = partsOf(ms);
  if (whole < MINUTE_MS) return `${seconds}s`;
  if (whole < HOUR_MS) return `${minutes}m`;
  if (whole < DAY_MS) return `${hours}h${String(minutes - hours * 60).padStart(2, "0")}`;
  return `${days}d`;
}

/** "11:02:07 UTC", with the date in front when it is not that of `at`. */
export function momentText(iso: string, at: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return "an unknown time";
  const [date = "", time = ""] = new Date(ms).toISOString().split("T");
  const clock = `${time.slice(0, 8)} UTC`;
  return at.startsWith(date) ? clock : `${date} ${clock}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** "0 B", "840 B", "12 kB", "3.4 MB": at most 6 characters. */
export function shortBytes(count: number): string {
  let value = Math.max(0, count);
  let unit = 0;
  // 999.5 would be written as 1000.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${digits} ${UNITS[unit] ?? "B"}`;
}

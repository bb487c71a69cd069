// Lines of a Sentinel's log, for the examples of rules.

/** Each line as "17:04:41.123 # +sdown master main 10.0.0.1 6379". */
export function sentinelLog(pid: number, ...lines: readonly string[]): string {
  return lines.map((line) => `${String(pid)}:X 21 Nov 2026 ${line}\n`).join("");
}

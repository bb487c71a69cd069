// What a switchover would do, and what became of it, as lines for people.
import { formatDuration } from "../cluster/duration.ts";
import { counted } from "../cluster/text.ts";
import { steps } from "../switchover/steps.ts";
import type { SwitchoverResult } from "../switchover/types.ts";

/** Of a dry run. `pauseMs` is the longest pause of writes that it may make. */
export function planLines(
  { group, checks, from, to }: SwitchoverResult,
  pauseMs: number,
): readonly string[] {
  const judged = checks.map(
    ({ ok, id, sentence }) => `  ${ok ? "ok" : "NO"}  ${id.padEnd(12)}  ${sentence}`,
  );
  const isRefused = checks.some(({ ok }) => !ok);
  const refusal = isRefused ? ["it would be refused, because of each NO above"] : [];
  if (from === null || to === null) return [...judged, ...refusal];
  const pause = formatDuration(pauseMs);
  // Nobody should read a plan that cannot be carried out as one that would be.
  const would = isRefused ? "without these it would" : "it would";
  return [
    ...judged,
    ...refusal,
    `${would} hand over ${group} from ${from} to ${to}, pausing writes ${pause} at most:`,
    ...steps.flatMap(({ id, summary, deadline, undone }, index) => [
      `  ${String(index + 1).padStart(2)}  ${id.padEnd(9)} ${summary}`,
      `                at most: ${deadline}${undone === undefined ? "" : `; undone: ${undone}`}`,
    ]),
  ];
}

/** "undone" alone could be read as if the primary had moved and come back. */
const OUTCOMES = {
  done: "switchover done",
  "dry-run": "switchover not begun",
  refused: "switchover refused, nothing was touched",
  undone: "switchover given up before the promotion, the primary is the same",
  incomplete: "switchover incomplete, the new primary takes writes",
} as const;

export function outcomeLines(result: SwitchoverResult): readonly string[] {
  const { outcome, reason, pauseMs, fullResyncs, late, checks } = result;
  const refusals = outcome === "refused" ? checks.filter(({ ok }) => !ok) : [];
  const pause = pauseMs === null ? "" : `; nobody could write for ${pauseMs} ms`;
  const resyncs = fullResyncs === null ? "" : `; ${counted(fullResyncs, "full resync")}`;
  const lost = late ? "; it came late: writes of the last milliseconds before it may be lost" : "";
  return [
    ...refusals.map(({ id, sentence }) => `  NO  ${id}  ${sentence}`),
    `${OUTCOMES[outcome]}: ${reason}${pause}${resyncs}${lost}`,
  ];
}

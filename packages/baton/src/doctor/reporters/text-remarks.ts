// What a report for people says besides its findings: what was not read, not judged, known before or hidden.
import { counted } from "../../cluster/text.ts";
import type { Report, ReportOptions } from "./reporter.ts";
import { hanging, placeText } from "./text-lines.ts";

/** So many files that were passed over are named without --verbose. */
const SKIPPED_MAX = 5;

function needLines({ needs }: Report, options: ReportOptions): readonly string[] {
  if (needs.length === 0) return [];
  const rules = new Set(needs.map(({ rule }) => rule)).size;
  if (!options.isVerbose) return [`${counted(rules, "rule")} would need to know more: --verbose`];
  return ["To judge more, doctor would need:"].concat(
    needs.flatMap(({ rule, needs }) => hanging(`  ${rule}  `, needs, options)),
  );
}

function skippedLines({ checked: { skipped } }: Report, options: ReportOptions): readonly string[] {
  const shown = options.isVerbose ? skipped : skipped.slice(0, SKIPPED_MAX);
  const hidden = skipped.length - shown.length;
  return [
    ...shown.flatMap(({ file, reason }) => hanging("not read: ", `${file} ${reason}`, options)),
    ...(hidden === 0 ? [] : [`not read: ${counted(hidden, "more file")}: --verbose`]),
  ];
}

export function remarkLines(report: Report, options: ReportOptions): readonly string[] {
  const { checked, milder, known, stale, incomplete } = report;
  const notes = checked.notes.map(({ place, message }) => `${placeText(place)}  ${message}`);
  return [
    ...notes.flatMap((note) => hanging("note: ", note, options)),
    ...skippedLines(report, options),
    ...needLines(report, options),
    ...incomplete.flatMap((clause) => hanging("incomplete: ", clause, options)),
    ...(milder === 0 ? [] : [`${counted(milder, "finding")} of less severity: --severity info`]),
    ...(checked.suppressed === 0
      ? []
      : [`${counted(checked.suppressed, "finding")} suppressed by comments`]),
    ...(known === 0 ? [] : [`${counted(known, "finding")} known to the baseline`]),
    ...stale.flatMap((entry) =>
      hanging("not found any more, delete it from the baseline: ", entry, options),
    ),
  ];
}

// The findings for programs. Keys are only ever added.
import type { Finding } from "../finding.ts";
import { safeJson } from "./escapes.ts";
import type { Report, Reporter } from "./reporter.ts";

function findingOf({ rule, severity, place, message, why, fix }: Finding): object {
  const { file, line, column } = place;
  return { rule, severity, file, line, column, message, why, fix };
}

function checkedOf(report: Report): object {
  const { checked, needs, milder, known, stale, incomplete } = report;
  const notes = checked.notes.map(({ place, message }) => ({ ...place, message }));
  return { ...checked, notes, needs, milder, known, stale, incomplete };
}

export const json: Reporter = {
  id: "json",
  summary: "one document for programs",
  render: (report) => safeJson({ findings: report.findings.map(findingOf), checked: checkedOf(report) }),
};

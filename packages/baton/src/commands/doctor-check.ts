// The check itself of `baton doctor`: from what was asked for and gathered to what is to be reported.
import { counted, printable } from "../cluster/text.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { SEVERITIES, type Severity } from "../doctor/finding.ts";
import type { Report } from "../doctor/reporters/reporter.ts";
import type { Rule } from "../doctor/rule.ts";
import { rules } from "../doctor/rules/index.ts";
import { BatonError } from "../errors.ts";
import { versionOfBaton } from "../version.ts";
import type { Given } from "./command.ts";
import { rulesAsked, textAsked } from "./doctor-asked.ts";
import { againstBaseline, type Baseline, readBaseline } from "./doctor-baseline.ts";
import type { Material } from "./doctor-material.ts";

export interface Asked {
  readonly rules: readonly Rule[];
  readonly severity: string | undefined;
  readonly baseline: Baseline | undefined;
}

/** Before anything is looked at, which may take long. @throws BatonError USAGE, DISK */
export async function askedBy(given: Given): Promise<Asked> {
  // A new baseline is of all findings, also of those that an old one knows.
  const isNew = textAsked(given, "writeBaseline") !== undefined;
  const baseline = isNew ? undefined : textAsked(given, "baseline");
  return {
    rules: rulesAsked(textAsked(given, "rule"), rules),
    severity: textAsked(given, "severity"),
    baseline: baseline === undefined ? undefined : await readBaseline(baseline),
  };
}

/** What is as bad as asked for, or worse. */
function isLoud(severity: Severity, asked: string | undefined): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.findIndex((known) => known === asked);
}

export function reportOn(material: Material, { rules, severity, baseline }: Asked): Report {
  const { findings, needs, checked, incomplete } = diagnose(material.sources, { rules });
  const notes = [...material.notes, ...checked.notes];
  const scope = { ids: rules.map(({ id }) => id), roots: material.roots };
  const compared = againstBaseline(findings, baseline, scope);
  const loud = compared.fresh.filter((finding) => isLoud(finding.severity, severity));
  return {
    findings: loud,
    needs,
    checked: { ...checked, notes },
    rules,
    milder: compared.fresh.length - loud.length,
    known: compared.known,
    stale: compared.stale,
    incomplete: [...material.incomplete, ...incomplete],
    version: versionOfBaton(),
  };
}

/** So many reasons why files were not read are told where nothing was. */
const REASONS_MAX = 3;

/** Where no file and no process was of any use. */
export function nothingToCheck({ looked, incomplete, roots, sources }: Material): BatonError {
  const skipped = (sources.skipped ?? []).map(({ file, reason }) => `${file} ${reason}`);
  const reasons = [...new Set([...incomplete, ...skipped])].slice(0, REASONS_MAX);
  const why = reasons.length > 0 ? ` (${reasons.join("; ")})` : "";
  const kinds = "redis.conf, sentinel.conf, ACL files, systemd units, ...";
  const what = `${roots.join(", ")}: nothing to check: none of ${counted(looked, "file")}`;
  // Names of files may hold anything.
  return new BatonError("USAGE", printable(`${what} is one that doctor knows: ${kinds}${why}`));
}

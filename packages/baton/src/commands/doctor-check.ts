// The check itself of `baton doctor`: from what was asked for and gathered to what is to be reported.
import { diagnose } from "../doctor/diagnose.ts";
import { SEVERITIES, type Severity } from "../doctor/finding.ts";
import type { Report } from "../doctor/reporters/reporter.ts";
import type { Rule } from "../doctor/rule.ts";
import { rules } from "../doctor/rules/index.ts";
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
  const baseline = textAsked(given, "baseline");
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
  const { findings, needs, checked } = diagnose(material.sources, { rules });
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
    incomplete: material.incomplete,
    version: versionOfBaton(),
  };
}

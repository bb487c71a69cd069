// Runs rules over sources and puts what they say into order.
import type { ClientFile } from "./facts-clients.ts";
import type { Draft, Finding, Need, Place, Severity } from "./finding.ts";
import { SEVERITIES } from "./finding.ts";
import { factsFrom } from "./join.ts";
import { unreadYaml } from "./parse/yaml-limit.ts";
import { kindOf } from "./recognise.ts";
import type { Rule } from "./rule.ts";
import type { SkippedFile, Sources, SourceText } from "./sources.ts";
import { isSuppressed, suppressionsOf } from "./suppressions.ts";

export interface DiagnoseOptions {
  readonly rules: readonly Rule[];
  /** Says nothing of what is less severe. */
  readonly severity?: Severity;
  /** Ids of the only rules to run. */
  readonly only?: readonly string[];
}

/** What a rule would have to know. */
export interface RuleNeed extends Need {
  readonly rule: string;
}

/** Something about the check itself that the reader should know. */
export interface Note {
  readonly place: Place;
  readonly message: string;
}

export interface Checked {
  /** Files that are of a kind that doctor reads. */
  readonly files: number;
  /** Files of no such kind. */
  readonly others: number;
  readonly redis: number;
  readonly sentinels: number;
  readonly groups: number;
  readonly rules: number;
  /** Findings that a `baton-doctor-ignore` took out. */
  readonly suppressed: number;
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly Note[];
}

export interface Diagnosis {
  /** Worst first, then by file and line. */
  readonly findings: readonly Finding[];
  readonly needs: readonly RuleNeed[];
  readonly checked: Checked;
  /** Code with a client library that could not be read, as clauses: nobody must believe that it is fine. */
  readonly incomplete: readonly string[];
}

/** Never throws for what the sources hold. */
export function diagnose(sources: Sources, options: DiagnoseOptions): Diagnosis {
  const { only } = options;
  const chosen = options.rules.filter((rule) => only === undefined || only.includes(rule.id));
  const facts = factsFrom(sources);
  const said = chosen.flatMap((rule) =>
    [...rule.check(facts)].map((draft) =>
      "needs" in draft ? { rule: rule.id, needs: draft.needs } : findingOf(rule, draft),
    ),
  );
  const loud = said.filter((one) => "place" in one).filter((one) => isAtLeast(one, options.severity));
  const readable = sources.files.filter((file) => kindOf(file) !== undefined);
  const suppressions = suppressionsOf(readable);
  const findings = loud.filter((one) => !isSuppressed(one, suppressions));
  return {
    findings: findings.sort(byHarm),
    needs: said.filter((one) => "needs" in one),
    checked: {
      files: readable.length,
      others: sources.files.length - readable.length,
      redis: facts.redis.length,
      sentinels: facts.sentinels.length,
      groups: facts.groups.length,
      rules: chosen.length,
      suppressed: loud.length - findings.length,
      skipped: [...(sources.skipped ?? []), ...readable.flatMap(tooLong)],
      notes: suppressions.notes,
    },
    incomplete: facts.clients.flatMap(unreadCode),
  };
}

function tooLong(source: SourceText): readonly SkippedFile[] {
  const reason = unreadYaml(source);
  return reason === undefined ? [] : [{ file: source.path, reason }];
}

function unreadCode({ path, unread }: ClientFile): readonly string[] {
  return unread === undefined ? [] : [`${path} ${unread}, and what it does with Redis was not checked`];
}

function findingOf(rule: Rule, draft: Draft): Finding {
  return { severity: rule.severity, fix: rule.fix, ...draft, rule: rule.id, why: rule.why };
}

function isAtLeast(finding: Finding, severity: Severity = "info"): boolean {
  return SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(severity);
}

function byHarm(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compare(a.place.file, b.place.file) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    compare(a.rule, b.rule)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

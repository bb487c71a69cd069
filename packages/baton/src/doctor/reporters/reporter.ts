// The shape of every reporter: pure, from what a check found to one text.
import type { Checked, RuleNeed } from "../diagnose.ts";
import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";

export interface Report {
  /** Those to be shown, worst first. */
  readonly findings: readonly Finding[];
  readonly needs: readonly RuleNeed[];
  readonly checked: Checked;
  /** The rules that were checked. */
  readonly rules: readonly Rule[];
  /** Findings that are less severe than was asked for. */
  readonly milder: number;
  /** Findings that the baseline knows. */
  readonly known: number;
  /** Of the baseline, and not found any more: rule and file, as one line each. */
  readonly stale: readonly string[];
  /** Why the check saw only a part of what was given, as clauses. */
  readonly incomplete: readonly string[];
  /** Of Baton. */
  readonly version: string;
}

export interface ReportOptions {
  readonly colour: boolean;
  /** Width of the terminal; less than 60 is taken as 60. */
  readonly columns: number;
  /** Everything: all places of a rule, what rules would need, all files that were passed over. */
  readonly isVerbose: boolean;
}

export interface Reporter {
  readonly id: string;
  readonly summary: string;
  /** The options matter to the reporter for a terminal only. */
  render(report: Report, options: ReportOptions): string;
}

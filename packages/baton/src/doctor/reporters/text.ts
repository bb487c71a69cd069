// The findings for people: grouped by rule, worst first, with what is wrong, why it breaks and what to do.
import { createColors } from "picocolors";
import { counted, listed, printable, wrapped } from "../../cluster/text.ts";
import { type Finding, type Place, SEVERITIES, type Severity } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { closed } from "./escapes.ts";
import type { Report, Reporter, ReportOptions } from "./reporter.ts";
import { hanging, placeText } from "./text-lines.ts";
import { remarkLines } from "./text-remarks.ts";

/** So many places of one rule are shown without --verbose. */
const PLACES_MAX = 20;

interface RuleGroup {
  readonly rule: string;
  readonly severity: Severity;
  readonly findings: readonly Finding[];
}

/** Worst first, then by id; a rule whose findings differ in severity has a group for each. */
function grouped(findings: readonly Finding[]): readonly RuleGroup[] {
  const groups = new Map<string, RuleGroup & { readonly findings: Finding[] }>();
  for (const finding of findings) {
    const { rule, severity } = finding;
    const group = groups.get(`${severity} ${rule}`) ?? { rule, severity, findings: [] };
    group.findings.push(finding);
    groups.set(`${severity} ${rule}`, group);
  }
  const rank = ({ severity }: RuleGroup): number => SEVERITIES.indexOf(severity);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || (a.rule < b.rule ? -1 : 1));
}

function groupLines(
  group: RuleGroup,
  rules: readonly Rule[],
  options: ReportOptions,
): readonly string[] {
  const { bold, red, yellow, cyan, dim } = createColors(options.colour);
  const paint = { error: red, warning: yellow, info: cyan }[group.severity];
  const title = rules.find(({ id }) => id === group.rule)?.title ?? "";
  const shown = options.isVerbose ? group.findings : group.findings.slice(0, PLACES_MAX);
  const hidden = group.findings.length - shown.length;
  const fixes = new Set(group.findings.map(({ fix }) => fix));
  const [why] = group.findings.map((finding) => finding.why);
  return [
    `${paint(group.severity)}  ${bold(group.rule)}  ${title}`,
    ...shown.flatMap(({ place, message, fix }) => [
      ...wrappedPlace(place, message, options),
      ...(fixes.size === 1 ? [] : hanging("    fix  ", fix, options)),
    ]),
    ...(hidden === 0 ? [] : [`  and ${counted(hidden, "more place")}: --verbose`]),
    ...hanging("  why  ", why ?? "", options),
    ...(fixes.size === 1 ? hanging("  fix  ", [...fixes].join(""), options) : []),
    dim(`       baton doctor --explain ${group.rule}`),
    "",
  ];
}

function wrappedPlace(place: Place, message: string, { columns }: ReportOptions): readonly string[] {
  const lines = wrapped(`${placeText(place)}  ${closed(printable(message))}`, Math.max(60, columns) - 4);
  return lines.map((line, index) => `${index === 0 ? "  " : "    "}${line}`);
}

function summary({ findings, checked }: Report): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count: findings.filter((finding) => finding.severity === severity).length,
  })).filter(({ count }) => count > 0);
  const found = counts.map(({ severity, count }) =>
    severity === "info" ? counted(count, "remark") : counted(count, severity),
  );
  const { files, redis, sentinels, groups, rules } = checked;
  const processes = `${counted(redis, "Redis node")}, ${counted(sentinels, "Sentinel")}`;
  const seen = `${processes}, ${counted(groups, "group")}`;
  const what = found.length === 0 ? "nothing found" : listed(found);
  const where = files === 0 ? "" : ` in ${counted(files, "file")}`;
  return `${what}${where} (${seen}) by ${counted(rules, "rule")}`;
}

export const text: Reporter = {
  id: "text",
  summary: "for people",
  render(report, options) {
    const { bold, green } = createColors(options.colour);
    const paint = report.findings.length === 0 ? green : bold;
    const groups = grouped(report.findings).flatMap((group) => groupLines(group, report.rules, options));
    return [...groups, ...remarkLines(report, options), paint(summary(report))].join("\n");
  },
};

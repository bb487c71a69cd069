// One rule for people, in full: what `baton doctor --explain` prints.
import { createColors } from "picocolors";
import type { ReportOptions } from "./reporters/reporter.ts";
import { hanging } from "./reporters/text-lines.ts";
import type { Rule, RuleExample } from "./rule.ts";

const SEEN = { static: "in files", live: "in running processes" } as const;

/** "error, seen in files, about Redis 7.0 and later" */
export function ruleScope({ severity, sees, since }: Rule): string {
  const version = since === undefined ? [] : [`about ${since} and later`];
  return [severity, `seen ${sees.map((where) => SEEN[where]).join(" and ")}`, ...version].join(", ");
}

function exampleLines(head: string, example: RuleExample | undefined): readonly string[] {
  if (example === undefined) return [];
  const files = Object.entries(example.files).flatMap(([path, text]) => [
    `  ${path}`,
    ...text
      .trimEnd()
      .split("\n")
      .map((line) => `    ${line}`.trimEnd()),
  ]);
  return ["", `${head}: ${example.about}`, ...files];
}

function proofLines({ id }: Rule, says: string | undefined, options: ReportOptions): readonly string[] {
  if (says === undefined) return [];
  return hanging(
    "proof     ",
    `baton doctor --prove ${id} shows it on real processes. ${says}`,
    options,
  );
}

/** `proof`: what `--prove` shows of this rule, in sentences; undefined where there is nothing to show. */
export function ruleLines(
  rule: Rule,
  options: ReportOptions,
  proof: string | undefined,
): readonly string[] {
  const { bold } = createColors(options.colour);
  return [
    `${bold(rule.id)}  ${rule.title}`,
    `       ${ruleScope(rule)}`,
    "",
    ...hanging("why       ", rule.why, options),
    ...hanging("fix       ", rule.fix, options),
    ...hanging("evidence  ", rule.evidence, options),
    ...proofLines(rule, proof, options),
    ...exampleLines("Found", rule.bad),
    ...exampleLines("Right", rule.good),
  ];
}

// The reference pages of doctor's rules, one a rule and a table of all, made from the rules themselves.
import { diagnose } from "../../packages/baton/src/doctor/diagnose.ts";
import { readersFor } from "../../packages/baton/src/doctor/readers.ts";
import { text } from "../../packages/baton/src/doctor/reporters/text.ts";
import type { Rule, RuleExample } from "../../packages/baton/src/doctor/rule.ts";
import { ruleScope } from "../../packages/baton/src/doctor/rule-lines.ts";
import { rules } from "../../packages/baton/src/doctor/rules/index.ts";
import { proofs } from "../../packages/baton/src/proof/proofs/index.ts";
import { cell, page } from "./page.ts";

/** Characters that Markdown would take for its own, outside of what is code already. */
function prose(sentence: string): string {
  const parts = sentence.split("`");
  return parts
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/[<*[]/g, "\\$&") : part))
    .join("`");
}

const code = (block: string): string[] =>
  block.split("\n").map((line) => (line === "" ? "" : `    ${line}`));

function exampleFiles({ files }: RuleExample): string[] {
  return Object.entries(files).flatMap(([path, content]) => [
    `\`${path}\`:`,
    "",
    ...code(content.trimEnd()),
    "",
  ]);
}

/** What `baton doctor` prints, without the lines that count. */
export async function saidAbout(rule: Rule, example: RuleExample): Promise<string> {
  const files = Object.entries(example.files).map(([path, content]) => ({ path, text: content }));
  const sources = { files, ...(await readersFor(files)) };
  const { findings, checked } = diagnose(sources, { rules: [rule] });
  const nothing = { needs: [], milder: 0, known: 0, stale: [], incomplete: [], version: "" };
  const report = { ...nothing, findings, checked, rules: [rule] };
  const whole = text.render(report, { colour: false, columns: 100, isVerbose: true });
  return whole.split("\n\n").slice(0, -1).join("\n\n");
}

function proofLines(id: string): string[] {
  const proof = proofs.find(({ rule }) => rule === id);
  if (proof === undefined) return [];
  const { says, sides } = proof;
  const how = `${says} Once with the mistake (${sides.mistake}), once with the fix (${sides.fix}).`;
  return [`**Proof.** \`baton doctor --prove ${id}\` shows it on real processes. ${prose(how)}`, ""];
}

async function rulePage(rule: Rule): Promise<readonly [path: string, text: string]> {
  const { id, title, why, fix, evidence, bad, good } = rule;
  const found =
    bad === undefined
      ? []
      : ["## Found", "", bad.about, "", ...exampleFiles(bad), "`baton doctor` says:", ""].concat(
          code(await saidAbout(rule, bad)),
          [""],
        );
  const right = good === undefined ? [] : ["## Right", "", good.about, "", ...exampleFiles(good)];
  const lines = [
    `Severity ${ruleScope(rule)}. [All rules](index.md)`,
    "",
    `**Why.** ${prose(why)}`,
    "",
    `**Fix.** ${prose(fix)}`,
    "",
    `**Evidence.** ${prose(evidence)}`,
    "",
    ...proofLines(id),
    ...found,
    ...right,
  ];
  return [`rules/${id}.md`, page(`${id}: ${prose(title)}`, ...lines.slice(0, -1))];
}

function indexPage(): string {
  const rows = rules.map((rule) => {
    return `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${cell(prose(rule.title))} |`;
  });
  return page(
    "Rules of `baton doctor`",
    `${rules.length} rules. [docs/doctor.md](../../doctor.md) says how they are used.`,
    "",
    "| rule | severity | the mistake |",
    "|---|---|---|",
    ...rows,
  );
}

/** Text of every page by its path below docs/reference. */
export async function rulePages(): Promise<readonly (readonly [path: string, text: string])[]> {
  return [["rules/index.md", indexPage()], ...(await Promise.all(rules.map(rulePage)))];
}

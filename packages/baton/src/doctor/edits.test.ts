// Every certain fix that a rule offers is put to the test on its own example.
import { expect, test } from "vitest";
import { diagnose } from "./diagnose.ts";
import { planEdits } from "./edit-plan.ts";
import type { ExampleFiles, Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";

const sourcesOf = (files: ExampleFiles) => ({
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
});

function editableBy(rule: Rule): boolean {
  if (rule.bad === undefined) return false;
  return diagnose(sourcesOf(rule.bad.files), { rules: [rule] }).findings.some(({ edits }) => edits);
}

const offering = rules.filter(editableBy);

test("there are rules whose fix is certain in their own example", () => {
  expect(offering.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["RED013", "SEN001", "SEN002", "SEN003", "SEN007", "SEN024", "SYS003"]),
  );
});

test.each(offering)("$id finds nothing any more where its own edits were made", (rule) => {
  const { files } = sourcesOf(rule.bad?.files ?? {});
  const before = diagnose({ files }, { rules });
  const own = before.findings.filter((finding) => finding.rule === rule.id);
  const plan = planEdits(own, files, () => undefined);
  expect([plan.fixed, plan.deferred, plan.kept]).toEqual([own.filter(({ edits }) => edits), [], []]);
  const changed = new Map(plan.files.map(({ path, after }) => [path, after]));
  const fixed = files.map(({ path, text }) => ({ path, text: changed.get(path) ?? text }));
  const after = diagnose({ files: fixed }, { rules });
  const left = after.findings.map((finding) => finding.rule);
  expect(left).not.toContain(rule.id);
  // What was not wrong before must not become so.
  const known = new Set(before.findings.map((finding) => finding.rule));
  expect(left.filter((id) => !known.has(id))).toEqual([]);
});

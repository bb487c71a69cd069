// The findings as JUnit's XML, which most CI systems show: a failed case for each finding, and one
// that passed for each rule without.
import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { xml } from "./escapes.ts";
import type { Reporter } from "./reporter.ts";

function failed({ rule, severity, place, message, why, fix }: Finding): string {
  const where = place.line === 0 ? place.file : `${place.file}:${place.line}:${place.column}`;
  const text = [`${where} ${message}`, `why: ${why}`, `fix: ${fix}`].map(xml).join("\n");
  return [
    `    <testcase classname="${xml(place.file)}" name="${xml(`${rule} ${where}`)}">`,
    `      <failure type="${severity}" message="${xml(message)}">${text}</failure>`,
    "    </testcase>",
  ].join("\n");
}

function passed({ id, title }: Rule): string {
  return `    <testcase classname="baton doctor" name="${xml(`${id} ${title}`)}"/>`;
}

export const junit: Reporter = {
  id: "junit",
  summary: "XML of JUnit, for CI systems",
  render({ findings, rules, incomplete }) {
    const loud = new Set(findings.map(({ rule }) => rule));
    const quiet = rules.filter(({ id }) => !loud.has(id));
    const tests = findings.length + quiet.length;
    const counts = `tests="${tests}" failures="${findings.length}" errors="0"`;
    const remarks = incomplete.map(xml).join("\n");
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites ${counts}>`,
      `  <testsuite name="baton doctor" ${counts} skipped="0">`,
      ...findings.map(failed),
      ...quiet.map(passed),
      ...(remarks === "" ? [] : [`    <system-err>${remarks}</system-err>`]),
      "  </testsuite>",
      "</testsuites>",
    ].join("\n");
  },
};

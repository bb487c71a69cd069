// A report as a check makes it, with everything in it that a file may hold to trick whoever looks at it.
import type { Finding } from "../finding.ts";
import type { Rule } from "../rule.ts";
import type { Report } from "./reporter.ts";

const rule = (id: string, severity: Rule["severity"], title: string): Rule => ({
  id,
  severity,
  title,
  why: `Sentinel does ${id} then.`,
  fix: `Undo ${id}.`,
  evidence: "measured",
  sees: ["static"],
  check: () => [],
});

export const fixtureRules: readonly Rule[] = [
  rule("RED003", "warning", "open to everybody"),
  rule("SEN001", "error", "quorum too high"),
  rule("SEN005", "warning", "an even number"),
];

export function finding(given: Partial<Finding> & Pick<Finding, "rule">): Finding {
  const known = fixtureRules.find(({ id }) => id === given.rule);
  return {
    severity: known?.severity ?? "info",
    place: { file: "h1/sentinel.conf", line: 3, column: 1 },
    message: "The quorum is 4, and at most 3 is expected.",
    why: known?.why ?? "",
    fix: known?.fix ?? "",
    ...given,
  };
}

/** Ends a colour, turns the line around, begins a workflow command, closes an element. */
const TRICKS = "\u001b[2J\u009b1m\u202e\r\n::error::x</failure>&\"'%0A]]>\u0000\ud800";

export const trickyFinding = finding({
  rule: "SEN001",
  place: { file: `odd, name:${TRICKS}/a b%.conf`, line: 2, column: 5 },
  message: `The name is ${TRICKS}.`,
  fix: `Not ${TRICKS}.`,
});

export const liveFinding = finding({
  rule: "RED003",
  severity: "info",
  place: { file: "10.0.0.1:6379", line: 0, column: 0 },
  message: "It answers everybody.",
});

export function report(given: Partial<Report> = {}): Report {
  return {
    findings: [],
    needs: [],
    checked: {
      files: 3,
      others: 1,
      redis: 2,
      sentinels: 1,
      groups: 1,
      rules: 3,
      suppressed: 0,
      skipped: [],
      notes: [],
    },
    rules: fixtureRules,
    milder: 0,
    known: 0,
    stale: [],
    incomplete: [],
    version: "0.1.0",
    ...given,
  };
}

/** Every part of a report that holds text from outside. */
export const tricky = report({
  findings: [trickyFinding, liveFinding],
  needs: [{ rule: "SEN005", needs: `to know ${TRICKS}` }],
  checked: {
    ...report().checked,
    skipped: [{ file: `skipped${TRICKS}`, reason: "is binary" }],
    notes: [{ place: { file: `noted${TRICKS}`, line: 1, column: 1 }, message: "is odd" }],
  },
  stale: [`SEN005 gone${TRICKS} x`],
  incomplete: [`missed${TRICKS} cannot be read`],
});

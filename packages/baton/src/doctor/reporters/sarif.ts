// The findings as SARIF 2.1.0, which code scanners exchange.
import { fingerprintOf } from "../baseline.ts";
import type { Finding, Place, Severity } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { closed, safeJson, uriOf } from "./escapes.ts";
import type { Report, Reporter } from "./reporter.ts";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

/** No helpUri: the pages of the rules come with Baton, and what they say stands in `help`. */
function ruleOf({ id, title, severity, why, fix }: Rule): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${closed(why)} ${fix}` },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function locationOf({ file, line, column }: Place): object {
  if (line === 0) return { logicalLocations: [{ fullyQualifiedName: file, kind: "resource" }] };
  const region = { startLine: line, startColumn: column };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

function resultOf(finding: Finding, rules: readonly Rule[]): object {
  const { rule, severity, place, message, fix } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    message: { text: `${closed(message)} ${fix}` },
    locations: [locationOf(place)],
    partialFingerprints: { "baton/v1": fingerprintOf(finding) },
  };
}

function runOf({ findings, rules, checked, incomplete, version }: Report): object {
  const passedOver = checked.skipped.map(({ file, reason }) => `${file} ${reason}`);
  const notices = [...incomplete, ...passedOver].map((text) => ({
    level: "warning",
    message: { text },
  }));
  return {
    tool: { driver: { name: "baton doctor", semanticVersion: version, rules: rules.map(ruleOf) } },
    columnKind: "utf16CodeUnits",
    invocations: [{ executionSuccessful: incomplete.length === 0, toolExecutionNotifications: notices }],
    results: findings.map((finding) => resultOf(finding, rules)),
  };
}

export const sarif: Reporter = {
  id: "sarif",
  summary: "SARIF 2.1.0, for code scanners",
  render: (report) =>
    safeJson({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [runOf(report)],
    }),
};

import { expect, test } from "vitest";
import { grammarsFor } from "./code/clients/index.ts";
import { diagnose } from "./diagnose.ts";
import type { Severity } from "./finding.ts";
import type { Rule } from "./rule.ts";

function rule(id: string, severity: Severity, check: Rule["check"]): Rule {
  return {
    id,
    title: id,
    severity,
    why: `why ${id}`,
    fix: `fix ${id}`,
    evidence: "e",
    sees: ["static"],
    check,
  };
}

const at = (file: string, line: number) => ({
  place: { file, line, column: 1 },
  message: `${file}:${line}`,
});
const SOURCES = {
  files: [
    { path: "b.conf", text: "port 1\nappendonly no\nsave 1 1\n" },
    { path: "sentinel.conf", text: "sentinel monitor main 10.0.0.1 6379 2\n" },
    { path: "readme.md", text: "hello" },
  ],
  skipped: [{ file: "core", reason: "is larger than 4 MB" }],
};
const RULES = [
  rule("AAA002", "info", () => [at("b.conf", 1)]),
  rule("AAA001", "error", () => [at("b.conf", 2), { ...at("a.conf", 9), severity: "warning" as const }]),
  rule("AAA003", "error", () => [at("b.conf", 2), at("a.conf", 3), { needs: "the version" }]),
];

test("gives findings worst first, then by file, line and rule, with the rule's why and fix", () => {
  const { findings } = diagnose(SOURCES, { rules: RULES });
  expect(findings.map(({ severity, message, rule }) => `${severity} ${message} ${rule}`)).toEqual([
    "error a.conf:3 AAA003",
    "error b.conf:2 AAA001",
    "error b.conf:2 AAA003",
    "warning a.conf:9 AAA001",
    "info b.conf:1 AAA002",
  ]);
  expect(findings[0]).toMatchObject({ why: "why AAA003", fix: "fix AAA003" });
});

test("leaves out what is less severe than asked, and rules that were not asked for", () => {
  const loud = diagnose(SOURCES, { rules: RULES, severity: "warning", only: ["AAA001", "AAA002"] });
  expect(loud.findings.map(({ rule }) => rule)).toEqual(["AAA001", "AAA001"]);
  expect(loud.checked.rules).toBe(2);
});

test("says what was looked at, what was not, and what a rule would need", () => {
  const { checked, needs } = diagnose(SOURCES, { rules: RULES });
  expect(needs).toEqual([{ rule: "AAA003", needs: "the version" }]);
  expect(checked).toEqual({
    files: 2,
    others: 1,
    redis: 1,
    sentinels: 1,
    groups: 1,
    rules: 3,
    suppressed: 0,
    skipped: SOURCES.skipped,
    notes: [],
  });
});

test("says which code of a client could not be read, and nothing of other code", async () => {
  const large = " ".repeat(1 << 20);
  const files = [
    { path: "app/large.py", text: `import redis${large}\n` },
    { path: "app/other.py", text: `import os${large}\n` },
    { path: "app/small.py", text: "import redis\nredis.Redis()\n" },
  ];
  const { incomplete } = diagnose({ files, grammars: await grammarsFor(files) }, { rules: RULES });
  expect(incomplete).toEqual([
    "app/large.py is larger than 1 MB, and what it does with Redis was not checked",
  ]);
  expect(diagnose(SOURCES, { rules: RULES }).incomplete).toEqual([]);
});

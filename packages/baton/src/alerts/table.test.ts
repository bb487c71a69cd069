// What every alert and every recorded series has, and that they stand on metrics that there are.
import { describe, expect, test } from "vitest";
import { METRICS } from "../metrics/table.ts";
import { PROBLEMS } from "../decide/types.ts";
import { recordings } from "./recordings.ts";
import { type AlertingRule, rulesOf, spanOf } from "./rules.ts";
import { ALERTS, alertTable } from "./table.ts";

const { rules } = rulesOf().groups[0];
const alerting = rules.filter((rule): rule is AlertingRule => "alert" in rule);
const text = rules.map(({ expr }) => expr).join("\n");

/** The names that people search for, and that pages are called by. */
const NAMES = [
  "AgentSilent",
  "AgentStuck",
  "AgentsSilent",
  "BacklogTooSmall",
  "CandidateEmpty",
  "CertificateExpires",
  "CertificateExpiresSoon",
  "Drift",
  "DrillBroken",
  "DrillTooOld",
  "Failover",
  "FailoversFlapping",
  "FenceFailing",
  "FullResyncs",
  "MemoryFull",
  "NoCandidate",
  "NoPrimary",
  "NodeDown",
  "NodeSlow",
  "NoticesFailing",
  "PausedLong",
  "PersistenceFailing",
  "PrimaryEmpty",
  "QuorumAtRisk",
  "QuorumLost",
  "ReplicaDisconnected",
  "ReplicaLag",
  "SentinelSilent",
  "SentinelTilt",
  "SentinelsDisagree",
  "TargetElsewhere",
  "TargetFailing",
  "TooFewReplicas",
  "TwoPrimaries",
  "WritesRefused",
];

test("the alerts are those that have a page, each once", () => {
  expect(ALERTS.map(({ name }) => name.replace("Baton", "")).sort()).toEqual(NAMES);
});

test("every alert says what is so in one line, and what it means in sentences", () => {
  for (const { name, summary, description, when, expr } of ALERTS) {
    expect(summary, name).not.toContain("\n");
    expect(summary.length, name).toBeLessThan(160);
    expect(description, name).toMatch(/^[A-Z{].*[.]$/s);
    expect(when, name).toMatch(/^[^A-Z].*[^.]$|^Sentinels|^Prometheus|^RTO/);
    // A sentence on a number shows it.
    if (description.includes("$value")) expect(expr(spanOf(1)), name).not.toBe("");
  }
});

test("labels that a text shows are labels that the alert has", () => {
  for (const { alert, expr, annotations } of alerting) {
    const shown = [...`${annotations.summary}${annotations.description}`.matchAll(/\$labels\.(\w+)/g)];
    const names = new Set(shown.map(([, name]) => name ?? ""));
    const missing = [...names].filter((name) => {
      if (["cluster", "group"].includes(name)) return false;
      const grouped = `${expr}\n${recordedExprs(expr)}`;
      return !new RegExp(`by \\([^)]*\\b${name}\\b`).test(grouped);
    });
    expect(missing, alert).toEqual([]);
  }
});

function recordedExprs(expr: string): string {
  const used = recordings.filter(({ record }) => expr.includes(record));
  return used.map((one) => one.expr(spanOf(1))).join("\n");
}

describe("what the rules stand on", () => {
  const names = [...text.matchAll(/\b(?:(?:agent|group):[\w:]+|baton_\w+|process_\w+)/g)].map(
    ([name]) => name,
  );

  test("is a metric of the table, or recorded before", () => {
    const recorded = new Set(recordings.map(({ record }) => record));
    const known = (name: string) => name in METRICS || recorded.has(name);
    expect([...new Set(names)].filter((name) => !known(name))).toEqual([]);
    recordings.forEach(({ record, expr }, index) => {
      const later = recordings.slice(index + 1).map((one) => one.record);
      const named = expr(spanOf(1));
      expect(
        later.filter((name) => named.includes(name)),
        record,
      ).toEqual([]);
    });
  });

  test("is needed: no series is recorded for nobody", () => {
    const used = (record: string) => names.filter((name) => name === record).length;
    expect(recordings.filter(({ record }) => used(record) === 0).map(({ record }) => record)).toEqual(
      [],
    );
  });

  test("names problems that there are", () => {
    const codes = [...text.matchAll(/code="([^"]+)"/g)].map(([, code]) => code ?? "");
    expect(codes.length).toBeGreaterThan(3);
    expect(codes.filter((code) => !(code in PROBLEMS))).toEqual([]);
  });
});

test("what is not quiet in drills is said nowhere else: agents, certificates, messages, a long pause", () => {
  const always = ALERTS.filter(({ quietSeconds }) => quietSeconds === undefined);
  expect(always.map(({ name }) => name).sort()).toEqual([
    "BatonAgentSilent",
    "BatonAgentStuck",
    "BatonAgentsSilent",
    "BatonCertificateExpires",
    "BatonCertificateExpiresSoon",
    "BatonNoticesFailing",
    "BatonPausedLong",
  ]);
  for (const { alert, expr } of alerting)
    expect(expr.includes("group:baton_quiet:max"), alert).toBe(
      always.every(({ name }) => name !== alert),
    );
});

test("a test can make everything shorter, and nothing becomes nothing", () => {
  expect([0, 5, 60, 90, 3_600, 86_400].map(spanOf(1))).toEqual(["0s", "5s", "1m", "90s", "1h", "1d"]);
  expect([5, 60, 3_600].map(spanOf(0.1))).toEqual(["500ms", "6s", "6m"]);
  expect(spanOf(0.000_001)(5)).toBe("1ms");
  const short = rulesOf({ pace: 0.1, everySeconds: 1 }).groups[0];
  expect(short.interval).toBe("1s");
  const spans = short.rules.flatMap((rule) => ("alert" in rule ? [[rule.alert, rule.for]] : []));
  expect(Object.fromEntries(spans)).toMatchObject({ BatonNodeDown: "3s", BatonPausedLong: "12m" });
});

test("runbooks are where somebody says, and a drill is as old as somebody says", () => {
  const at = rulesOf({ runbooks: "https://docs.example.com/NAME.html" }).groups[0].rules;
  const urls = at.flatMap((rule) => ("alert" in rule ? [rule.annotations.runbook_url] : []));
  expect(urls).toContain("https://docs.example.com/BatonNoPrimary.html");
  const older = alertTable(90 * 86_400).find(({ name }) => name === "BatonDrillTooOld");
  expect(older?.expr(spanOf(1))).toContain("> 7776000");
  expect(older?.when).toContain("90 days");
});

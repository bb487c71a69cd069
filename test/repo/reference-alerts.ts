// The reference page of alerts and recorded series, made from their tables.
import type { Alert, Family } from "../../packages/baton/src/alerts/alert.ts";
import { recordings } from "../../packages/baton/src/alerts/recordings.ts";
import { spanOf } from "../../packages/baton/src/alerts/rules.ts";
import { ALERTS } from "../../packages/baton/src/alerts/table.ts";
import { cell, page } from "./page.ts";

const TITLES: Readonly<Record<Family, string>> = {
  primary: "The primary",
  sentinels: "Sentinels and failovers",
  replicas: "Replicas",
  nodes: "Nodes",
  targets: "Targets",
  drills: "Drills and maintenance",
  agents: "Baton itself",
};

const span = spanOf(1);

function quietText({ quietSeconds }: Alert): string {
  if (quietSeconds === undefined) return "no";
  return quietSeconds === 0 ? "yes" : `yes, and for ${span(quietSeconds)} after it`;
}

const rowOf = (alert: Alert): string => {
  const { name, severity, when, forSeconds } = alert;
  const long = forSeconds === 0 ? "at once" : span(forSeconds);
  return `| \`${name}\` | ${severity} | ${cell(when)} | ${long} | ${quietText(alert)} |`;
};

const familySection = ([family, title]: readonly [string, string]): readonly string[] => [
  `## ${title}`,
  "",
  "| alert | severity | fires when | for | silent in drills |",
  "|---|---|---|---|---|",
  ...ALERTS.filter((alert) => alert.family === family).map(rowOf),
  "",
];

export function alertsPage(): string {
  const series = recordings.map(({ record, meaning }) => `| \`${record}\` | ${cell(meaning)} |`);
  return page(
    "Alerts",
    "What `baton render` writes into `monitoring/baton.rules.yml`; [how it is set up](../observe.md).",
    "`critical` wakes somebody, `warning` is for a working day, `info` is for the record.",
    "*Silent in drills*: also during a switchover and a maintenance of the group.",
    "",
    ...Object.entries(TITLES).flatMap(familySection),
    "## Recorded series",
    "",
    "Many agents look at every group. These say as one word for each group what they say together; an agent",
    "that does not look any more is not asked. Alerts and the dashboard are made of them.",
    "",
    "| series | meaning |",
    "|---|---|",
    ...series,
  );
}

// The table as Prometheus reads it: one group of rules, recorded ones first. The same for every cluster.
import type { Alert, Severity, Span } from "./alert.ts";
import { recordings } from "./recordings.ts";
import { alertTable } from "./table.ts";

/** Where an alert's page is; NAME stands for the alert. */
const RUNBOOKS = "docs/runbooks/NAME.md";

export interface RuleOptions {
  /** URL or path of the runbooks with NAME in it. */
  readonly runbooks?: string | undefined;
  /** Age after which a drill proves nothing any more, in seconds; 30 days when left out. */
  readonly drillAgeSeconds?: number;
  /** Every stretch of time is multiplied by this, for tests that cannot wait: above 0, 1 when left out. */
  readonly pace?: number;
  /** How often the rules are looked at, in seconds; 5 when left out. */
  readonly everySeconds?: number;
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: Severity };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
  };
}

export interface RuleGroups {
  readonly groups: readonly [
    {
      readonly name: "baton";
      readonly interval: string;
      readonly rules: readonly (RecordingRule | AlertingRule)[];
    },
  ];
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** "5m", "90s", "250ms": as short as it goes, and never nothing where there is something. */
export function spanOf(pace: number): Span {
  return (seconds) => {
    const ms = seconds === 0 ? 0 : Math.max(1, Math.round(seconds * pace * 1_000));
    const [unit, unitMs] =
      UNITS.find((one) => ms % one[1] === 0 && ms >= one[1]) ?? (["ms", 1] as const);
    return ms === 0 ? "0s" : `${ms / unitMs}${unit}`;
  };
}

export const runbookOf = (name: string, runbooks = RUNBOOKS): string =>
  runbooks.replaceAll("NAME", name);

/** What of an alert is left while a group is not quiet. */
function loud({ expr, quietSeconds }: Alert, span: Span): string {
  const whole = expr(span);
  if (quietSeconds === undefined) return whole;
  const quiet =
    quietSeconds === 0
      ? "(group:baton_quiet:max == 1)"
      : `(max_over_time(group:baton_quiet:max[${span(quietSeconds)}]) == 1)`;
  const lines = whole.split("\n").map((line) => `  ${line}`);
  return ["(", ...lines, ")", `unless on (cluster, group) ${quiet}`].join("\n");
}

function alertingRule(alert: Alert, span: Span, runbooks: string | undefined): AlertingRule {
  const { name, severity, forSeconds, summary, description } = alert;
  return {
    alert: name,
    expr: loud(alert, span),
    for: span(forSeconds),
    labels: { severity },
    annotations: { summary, description, runbook_url: runbookOf(name, runbooks) },
  };
}

/** One group: rules of one are looked at in their order, and each sees what those before it say. */
export function rulesOf(options: RuleOptions = {}): RuleGroups {
  const { runbooks, drillAgeSeconds, pace = 1, everySeconds = 5 } = options;
  const span = spanOf(pace);
  const recorded = recordings.map(({ record, expr }) => ({ record, expr: expr(span) }));
  const alerts = alertTable(drillAgeSeconds).map((alert) => alertingRule(alert, span, runbooks));
  const interval = spanOf(1)(everySeconds);
  return { groups: [{ name: "baton", interval, rules: [...recorded, ...alerts] }] };
}

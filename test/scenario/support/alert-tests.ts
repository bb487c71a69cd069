// Cases of alerts as files for `promtool test rules`: each case as it stands, and, where it fires, also while
// somebody drills, here and elsewhere, without an agent, and without the label `cluster`.
import type { Alert, Family } from "../../../packages/baton/src/alerts/alert.ts";
import { rulesOf, runbookOf } from "../../../packages/baton/src/alerts/rules.ts";
import { ALERTS } from "../../../packages/baton/src/alerts/table.ts";
import {
  AGENTS,
  type Change,
  changed,
  type Labels,
  metricsIn,
  type Series,
  type Values,
  worldWith,
} from "./alert-world.ts";

export interface Fired {
  /** Besides the cluster, the group (for what has one) and the severity. */
  readonly labels?: Labels;
  readonly summary: string;
  readonly description: string;
}

export interface AlertCase {
  readonly alert: string;
  /** What there is, as a clause. */
  readonly shows: string;
  readonly world: readonly Change[];
  /** When to look, in seconds; without it when it has been true for long enough, and a minute more. */
  readonly atSeconds?: number;
  /** Left out: it is silent. */
  readonly fires?: Fired;
  /** It belongs to no group. */
  readonly isOfCluster?: true;
  /** The third agent is what it is about, so that it cannot be left out. */
  readonly needsAll?: true;
}

const RULES = "../render/hosts/monitoring/baton.rules.yml";
const rules = rulesOf().groups[0].rules;

function alertNamed(name: string): Alert {
  const alert = ALERTS.find((one) => one.name === name);
  if (alert === undefined) throw new Error(`the table has no alert ${name}`);
  return alert;
}

function exprOf(name: string): string {
  const rule = rules.find((one) => "alert" in one && one.alert === name);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  return rule.expr;
}

const lookAt = ({ alert, atSeconds }: AlertCase): number =>
  atSeconds ?? alertNamed(alert).forSeconds + 60;

/** Cases that take long are looked at more seldom, and in a file of their own. */
const isLong = (one: AlertCase): boolean => lookAt(one) >= 900;
/** Between two samples, in seconds. */
const everyOf = (one: AlertCase): number => (isLong(one) ? 60 : 5);

function valuesText(values: Values, everySeconds: number, untilSeconds: number): string {
  const steps = typeof values === "number" ? ([[values, untilSeconds]] as const) : values;
  let passed = 0;
  const parts = steps.map(([value, seconds], index) => {
    const isLast = index === steps.length - 1;
    const samples = Math.max(1, Math.round((isLast ? untilSeconds - passed : seconds) / everySeconds));
    passed += samples * everySeconds;
    if (value === "gone" && index === 0) return `_x${samples}`;
    if (value === "gone") return samples === 1 ? "stale" : `stale _x${samples - 1}`;
    return `${value}x${samples - 1}`;
  });
  return parts.join(" ");
}

const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");

interface Expectation {
  readonly atSeconds: number;
  readonly fires: Fired | undefined;
}

interface Told {
  readonly name: string;
  readonly one: AlertCase;
  readonly world: readonly Series[];
  readonly expected: readonly Expectation[];
  readonly isNameless?: boolean;
}

/** As YAML takes it, and JSON, too. */
const quoted = (text: string): string => JSON.stringify(text);

function alertLines({ one, isNameless }: Told, fires: Fired): readonly string[] {
  const { name, severity } = alertNamed(one.alert);
  const place = one.isOfCluster ? { cluster: "east" } : { cluster: "east", group: "main" };
  const labels = { ...place, severity, ...fires.labels };
  const shown = (text: string) => (isNameless === true ? text.replaceAll(" of east", "") : text);
  const pairs = Object.entries(labels).filter(([label]) => isNameless !== true || label !== "cluster");
  return [
    `          - exp_labels: { ${pairs.map(([label, value]) => `${label}: ${quoted(value)}`).join(", ")} }`,
    "            exp_annotations:",
    `              summary: ${quoted(shown(fires.summary))}`,
    `              description: ${quoted(shown(fires.description))}`,
    `              runbook_url: ${quoted(runbookOf(name))}`,
  ];
}

/** Only what the alert stands on: the rest would be a wall of text. A series is a line. */
function testLines(told: Told): readonly string[] {
  const { name, one, world, expected } = told;
  const every = everyOf(one);
  const until = Math.max(...expected.map(({ atSeconds }) => atSeconds)) + 2 * every;
  const metrics = metricsIn(exprOf(one.alert));
  const series = world.filter(({ metric }) => metrics.has(metric));
  return [
    `  - name: ${quoted(name)}`,
    `    interval: ${every}s`,
    "    input_series:",
    ...series.map(({ metric, labels, values }) => {
      const text = valuesText(values, every, until);
      return `      - { series: '${metric}{${labelsText(labels)}}', values: "${text}" }`;
    }),
    "    alert_rule_test:",
    ...expected.flatMap(({ atSeconds, fires }) => [
      `      - eval_time: ${atSeconds}s`,
      `        alertname: ${one.alert}`,
      ...(fires === undefined ? [] : ["        exp_alerts:", ...alertLines(told, fires)]),
    ]),
  ];
}

const before = (atSeconds: number): Expectation => ({ atSeconds, fires: undefined });

/** Only one agent has heard of it, the second; a drill first, and a maintenance after it. */
function quietly(one: AlertCase, world: readonly Series[]): Told {
  const at = lookAt(one);
  const quiet = (because: string, values: Values): Change => [
    "baton_quiet",
    { because, host: "h2" },
    values,
  ];
  const changes = [
    quiet("drill", [
      [1, at + 20],
      ["gone", at],
    ]),
    quiet("maintenance", [
      ["gone", at + 20],
      [1, at],
    ]),
  ];
  const silenced = changes.reduce<readonly Series[]>((all, change) => changed(all, change), world);
  const name = `${one.alert} is silent during a drill and a maintenance: ${one.shows}`;
  return { name, one, world: silenced, expected: [before(at), before(2 * at)] };
}

function elsewhere(one: AlertCase, world: readonly Series[]): Told {
  const change: Change = ["baton_quiet", { because: "drill" }, 1];
  return {
    name: `${one.alert} fires while another cluster drills: ${one.shows}`,
    one,
    world: changed(world, change, "west"),
    expected: [{ atSeconds: lookAt(one), fires: one.fires }],
  };
}

/** Its host is gone: it says nothing, and Prometheus does not reach it. */
function withoutThird(one: AlertCase, world: readonly Series[]): Told {
  const isGone = ({ labels, metric }: Series) =>
    labels["cluster"] === "east" && labels["host"] === AGENTS[2] && metric !== "up";
  const left = world.filter((series) => !isGone(series));
  return {
    name: `${one.alert} fires by the word of those who are left: ${one.shows}`,
    one,
    world: changed(left, ["up", { host: AGENTS[2] }, 0]),
    expected: [{ atSeconds: lookAt(one), fires: one.fires }],
  };
}

function nameless(one: AlertCase, world: readonly Series[]): Told {
  const own = world.filter(({ labels }) => labels["cluster"] === "east");
  const bare = own.map(({ labels: { cluster: _cluster, ...labels }, ...rest }) => ({ ...rest, labels }));
  return {
    name: `${one.alert} fires without the label cluster: ${one.shows}`,
    one,
    world: bare,
    expected: [{ atSeconds: lookAt(one), fires: one.fires }],
    isNameless: true,
  };
}

function asItStands(one: AlertCase): Told {
  const world = worldWith(one.world);
  const { forSeconds } = alertNamed(one.alert);
  const expectation = { atSeconds: lookAt(one), fires: one.fires };
  if (one.fires === undefined)
    return { name: `${one.alert} is silent: ${one.shows}`, one, world, expected: [expectation] };
  // Half of its time is not enough; where the trouble begins later than at once, the case looks itself.
  const isWaiting = one.atSeconds === undefined && forSeconds >= 10;
  const every = everyOf(one);
  const half = Math.floor(forSeconds / 2 / every) * every;
  const expected = isWaiting ? [before(half), expectation] : [expectation];
  return { name: `${one.alert} fires: ${one.shows}`, one, world, expected };
}

/** The same again, where it fires, while something else is so, too. */
function variantsOf(one: AlertCase): readonly Told[] {
  if (one.fires === undefined) return [];
  const world = worldWith(one.world);
  const { quietSeconds } = alertNamed(one.alert);
  return [
    elsewhere(one, world),
    nameless(one, world),
    ...(quietSeconds === undefined ? [] : [quietly(one, world)]),
    ...(one.needsAll === undefined ? [withoutThird(one, world)] : []),
  ];
}

function fileOf(told: readonly Told[], rulesFile: string): string {
  const seconds = Math.max(...told.map(({ one }) => everyOf(one)));
  const lines = [
    `rule_files: [${quoted(rulesFile)}]`,
    `evaluation_interval: ${seconds}s`,
    "tests:",
    ...told.flatMap(testLines),
  ];
  return `${lines.join("\n")}\n`;
}

/** By family, with those that take a quarter of an hour or more beside them. */
export function filedCases(
  cases: Readonly<Record<Family, readonly AlertCase[]>>,
): readonly (readonly [file: string, cases: readonly AlertCase[]])[] {
  const files = Object.entries(cases).flatMap(
    ([family, all]) =>
      [
        [family, all.filter((one) => !isLong(one))],
        [`${family}-long`, all.filter(isLong)],
      ] as const,
  );
  return files.filter(([, all]) => all.length > 0);
}

/** Text of a file in testdata/alerts: every case as it stands. */
export function casesText(cases: readonly AlertCase[]): string {
  const head = "# Made from test/scenario/support/alert-cases/; UPDATE=1 writes it anew.\n";
  return head + fileOf(cases.map(asItStands), RULES);
}

/** What nobody needs to read: the same with drills, without an agent, without the label `cluster`. */
export const variantsText = (cases: readonly AlertCase[], rulesFile: string): string =>
  fileOf(cases.flatMap(variantsOf), rulesFile);

// The result as JUnit's XML, which most CI systems show: a suite for each drill, a case for each promise.
import type { DrillResult, PromiseResult } from "../types.ts";
import { promiseName, versionsOf } from "./account.ts";
import type { Reporter } from "./reporter.ts";
import { awayMs, printable } from "./words.ts";

/** A drill that could not take place: nothing is known, and CI has to be red. */
export interface NoDrill {
  readonly fault: string;
  readonly run: number;
  readonly code: string;
  readonly message: string;
}

const TEXT_MAX = 1000;
const CLIENTS_MAX = 200;

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** For text and attributes. XML 1.0 has no way at all to write most control characters. */
const xml = (text: string): string =>
  printable(text, TEXT_MAX).replaceAll(/[&<>"']/g, (character) => NAMED[character] ?? character);

const inSeconds = (ms: number): string => (ms / 1000).toFixed(3);

interface Suite {
  readonly name: string;
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly durationMs: number;
  readonly lines: readonly string[];
}

function propertiesOf(result: DrillResult): readonly string[] {
  const { rto, rpo, stale, cluster, verdict, resyncs } = result;
  const none = "none";
  const figures: Readonly<Record<string, string | number>> = {
    verdict,
    cluster: cluster.name,
    group: cluster.group,
    versions: versionsOf(result),
    "rto.objective_ms": rto.objectiveMs,
    "rto.measured_ms": rto.measuredMs ?? "never",
    "rto.measures": rto.measures,
    "rpo.objective_ms": rpo.objectiveMs ?? none,
    "rpo.measured_ms": rpo.measuredMs,
    "writes.acknowledged": rpo.acknowledged,
    "writes.lost": rpo.lost,
    "writes.unknown": rpo.unknown,
    "writes.duplicated": rpo.duplicated,
    "stale.acknowledged": stale?.acknowledged ?? none,
    "stale.window_ms": stale?.windowMs ?? none,
    "resyncs.full": resyncs.full,
    down_after_ms: cluster.downAfterMs,
    durability: cluster.durability,
  };
  return [
    "    <properties>",
    ...Object.entries(figures).map(
      ([name, value]) => `      <property name="${name}" value="${xml(String(value))}"/>`,
    ),
    "    </properties>",
  ];
}

function caseOf(result: DrillResult, { promise, verdict, sentence }: PromiseResult): readonly string[] {
  const tookMs = promise === "rto" ? (result.rto.measuredMs ?? 0) : 0;
  const place = `classname="baton.drill.${xml(result.fault)}" name="${xml(promiseName(promise))}"`;
  const open = `    <testcase ${place} time="${inSeconds(tookMs)}"`;
  if (verdict === "held") return [`${open}/>`];
  const element = verdict === "broken" ? "failure" : "error";
  const said = xml(sentence);
  return [
    `${open}>`,
    `      <${element} type="${verdict}" message="${said}">${said}</${element}>`,
    "    </testcase>",
  ];
}

function clientLine(result: DrillResult, client: DrillResult["clients"][number]): string {
  const away = awayMs(result, client);
  const outage = away === null ? "never wrote again" : `away for ${Math.round(away)} ms`;
  const { id, acknowledged, lost, unknown } = client;
  return xml(`${id}: ${outage}, ${acknowledged} acknowledged, ${lost} lost, ${unknown} unknown`);
}

function suiteOf(result: DrillResult): Suite {
  const { fault, promises, durationMs, startedAt, clients } = result;
  const count = (wanted: PromiseResult["verdict"]) =>
    promises.filter(({ verdict }) => verdict === wanted).length;
  // A drill without a single judged promise has proved nothing.
  const isEmpty = promises.length === 0;
  const judged: readonly PromiseResult[] = isEmpty
    ? [{ promise: "verdict", verdict: "unknown", sentence: "nothing was judged" }]
    : promises;
  return {
    name: `drill ${fault} ${startedAt}`,
    tests: judged.length,
    failures: count("broken"),
    errors: count("unknown") + (isEmpty ? 1 : 0),
    durationMs,
    lines: [
      ...propertiesOf(result),
      ...judged.flatMap((one) => caseOf(result, one)),
      "    <system-out>",
      ...clients.slice(0, CLIENTS_MAX).map((client) => clientLine(result, client)),
      "    </system-out>",
    ],
  };
}

function suiteWithout({ fault, run, code, message }: NoDrill): Suite {
  const said = xml(`${code} ${message}`);
  return {
    name: `drill ${fault}, run ${run}`,
    tests: 1,
    failures: 0,
    errors: 1,
    durationMs: 0,
    lines: [
      `    <testcase classname="baton.drill.${xml(fault)}" name="takes place" time="0.000">`,
      `      <error type="${xml(code)}" message="${said}">${said}</error>`,
      "    </testcase>",
    ],
  };
}

function attributes({ tests, failures, errors, durationMs }: Omit<Suite, "name" | "lines">): string {
  const counts = `tests="${tests}" failures="${failures}" errors="${errors}"`;
  return `${counts} time="${inSeconds(durationMs)}"`;
}

/** Without a final newline. */
export function renderJunit(results: readonly DrillResult[], without: readonly NoDrill[] = []): string {
  const suites = [...results.map(suiteOf), ...without.map(suiteWithout)];
  const sum = (of: (suite: Suite) => number) => suites.reduce((total, suite) => total + of(suite), 0);
  const all = attributes({
    tests: sum(({ tests }) => tests),
    failures: sum(({ failures }) => failures),
    errors: sum(({ errors }) => errors),
    durationMs: sum(({ durationMs }) => durationMs),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="baton drill" ${all}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${xml(suite.name)}" ${attributes(suite)} skipped="0">`,
      ...suite.lines,
      "  </testsuite>",
    ]),
    "</testsuites>",
  ].join("\n");
}

export const junit: Reporter = {
  id: "junit",
  summary: "XML of JUnit, for CI systems.",
  render: ({ result }) => renderJunit([result]),
};

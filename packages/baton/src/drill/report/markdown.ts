// The report for a wiki or a pull request: Markdown as GitHub and GitLab read it, tables and lists only.
import { counted, milliseconds, seconds } from "redis-baton-dashboard/drawings";
import type { ClientResult, DrillEvidence, DrillResult } from "../types.ts";
import {
  accountRows,
  configurationRows,
  errorRows,
  limitsOf,
  promiseName,
  timingRow,
} from "./account.ts";
import type { Reporter } from "./reporter.ts";
import {
  awayMs,
  byKind,
  measured,
  printable,
  resyncFigure,
  rpoSentence,
  rtoSentence,
  staleFigure,
  VERDICTS,
} from "./words.ts";

const TEXT_MAX = 300;
const NAME_MAX = 60;
const CLIENTS_MAX = 60;
const EVENTS_MAX = 80;
const ERRORS_MAX = 20;
const HOSTS_MAX = 60;

/** Everything that Markdown or HTML would take for markup stands as it is. */
const escaped = (text: string, charactersMax = TEXT_MAX): string =>
  printable(text, charactersMax)
    .replaceAll(/[\\`*_[\]|~]/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    // A mention would send somebody a mail.
    .replaceAll("@", "&#64;&#8203;");

/** A heading and rows of cells that are Markdown already; the first cells stand left, figures right. */
function table(
  header: readonly string[],
  figures: number,
  rows: readonly (readonly string[])[],
): readonly string[] {
  const rule = header.map((_, index) => (index >= header.length - figures ? "--:" : "---"));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function promises({ promises: judged }: DrillResult): readonly string[] {
  const rows = judged.map(({ promise, verdict, sentence }) => [
    escaped(promiseName(promise)),
    `**${verdict}**`,
    escaped(sentence),
  ]);
  return table(["Promise", "Verdict", "Because"], 0, rows);
}

function clientRow(result: DrillResult, label: string, client: ClientResult): readonly string[] {
  const away = awayMs(result, client);
  const { stuck, complaint } = client;
  const trouble = [...(stuck === true ? ["stuck"] : []), ...(complaint === null ? [] : [complaint])];
  return [
    escaped(client.id, NAME_MAX),
    escaped([label, ...trouble].join("; ")),
    away === null ? "never" : measured(away),
    milliseconds(client.longestCallMs),
    ...[client.acknowledged, client.lost, client.unknown].map(String),
  ];
}

function clients(result: DrillResult): readonly string[] {
  const away = result.rto.measures === "outage" ? "Outage" : "Longest gap";
  const header = ["Client", "Way", away, "Longest call", "Acknowledged", "Lost", "Unknown"];
  const rows = byKind(result).flatMap(({ label, clients: own }) =>
    own.map((client) => clientRow(result, label, client)),
  );
  const left = rows.length - CLIENTS_MAX;
  const lines = table(header, 5, rows.slice(0, CLIENTS_MAX));
  return left > 0 ? [...lines, "", `And ${counted(left, "more client")}, in \`result.json\`.`] : lines;
}

function ledger(evidence: DrillEvidence): readonly string[] {
  const header = ["Writes of clients", "Sent", "Acknowledged", "Refused", "Unknown", "Lost", "Twice"];
  const rows = accountRows(evidence.result).map((row) => [
    escaped(row.label, NAME_MAX),
    ...[row.sent, row.acknowledged, row.refused, row.unknown, row.lost, row.duplicated].map(String),
  ]);
  const errors = errorRows(evidence)
    .slice(0, ERRORS_MAX)
    .map(({ error, ...row }) => [
      escaped(error, NAME_MAX),
      ...[row.refused, row.unknown, row.clients].map(String),
    ]);
  const classes = table(["Error", "Refused", "Unknown", "Clients"], 3, errors);
  return [...table(header, 6, rows), ...(errors.length === 0 ? [] : ["", ...classes])];
}

function timeline({ timeline: all }: DrillResult): readonly string[] {
  const shown = [...all].sort((a, b) => a.atMs - b.atMs).slice(0, EVENTS_MAX);
  const rows = shown.map(({ atMs, event, who, detail }) => [
    `${atMs > 0 ? "+" : ""}${seconds(atMs, 3)}`,
    escaped(event, NAME_MAX),
    escaped(who, NAME_MAX),
    escaped(detail),
  ]);
  const left = all.length - shown.length;
  const lines = table(["After the fault", "Event", "Who", "Detail"], 0, rows);
  return left > 0 ? [...lines, "", `And ${counted(left, "more event")}, in \`result.json\`.`] : lines;
}

function cluster(result: DrillResult): readonly string[] {
  const facts = [...configurationRows(result), ["Resynchronisations", resyncFigure(result)] as const];
  const timings = result.cluster.timings.map((timing) => {
    const { name, value } = timingRow(timing);
    return [
      escaped(name, NAME_MAX),
      value,
      escaped(`${timing.origin === "set" ? "Set by hand. " : ""}${timing.reason}`),
    ];
  });
  const hosts = result.cluster.hosts
    .slice(0, HOSTS_MAX)
    .map(({ name, zone, address, runs }) =>
      [name, zone, address, runs.join(", ")].map((cell) => escaped(cell, NAME_MAX)),
    );
  return [
    ...facts.map(([name, value]) => `- ${name}: ${escaped(value)}`),
    "",
    ...table(["Setting", "Value", "Because"], 0, timings),
    "",
    ...table(["Host", "Zone", "Address", "Runs"], 0, hosts),
  ];
}

/** Without a final newline. */
export function renderMarkdown(evidence: DrillEvidence): string {
  const { result } = evidence;
  const { fault, verdict, stale } = result;
  const [name, group] = [result.cluster.name, result.cluster.group].map((one) => escaped(one, NAME_MAX));
  const where = `cluster ${name}, group ${group}`;
  const lines = [
    `# Drill ${escaped(fault, NAME_MAX)}: ${verdict.toUpperCase()}`,
    "",
    `${VERDICTS[verdict]} On ${where}, ${escaped(result.startedAt, NAME_MAX)}.`,
    "",
    `- **RTO**: ${escaped(rtoSentence(result))}`,
    `- **RPO**: ${escaped(rpoSentence(result))}`,
    ...(stale === null ? [] : [`- **Old primary**: ${staleFigure(stale)}`]),
    "",
    ...promises(result),
    "",
    "## Clients",
    "",
    ...clients(result),
    "",
    "## Ledger",
    "",
    ...ledger(evidence),
    "",
    "## Timeline",
    "",
    ...timeline(result),
    "",
    "## Cluster",
    "",
    ...cluster(result),
    "",
    "## What this does not prove",
    "",
    ...limitsOf(result).map((limit) => `- ${escaped(limit)}`),
  ];
  return lines.join("\n");
}

export const markdown: Reporter = {
  id: "markdown",
  summary: "Tables for a wiki or a pull request.",
  render: renderMarkdown,
};

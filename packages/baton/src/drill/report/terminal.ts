// The report for a terminal: what happened when, how long each kind of client waited, and at the very
// end the verdict.
import { counted, seconds } from "redis-baton-dashboard/drawings";
import { createColors } from "picocolors";
import type { ClientResult, DrillEvidence, DrillResult, TimelineEntry, Verdict } from "../types.ts";
import type { Reporter, TerminalOptions } from "./reporter.ts";
import { aligned, plain, wrap } from "./terminal-text.ts";
import {
  awayMs,
  byKind,
  errorClasses,
  followingKinds,
  type KindResult,
  measured,
  objective,
  resyncFigure,
  rpoFigure,
  rtoFigure,
  staleFigure,
} from "./words.ts";

const COLUMNS_MIN = 60;
const COLUMNS_MAX = 160;
const BAR_MAX = 72;
const EVENTS_MAX = 60;
const CLIENTS_MAX = 20;
const ERROR_CLASSES_MAX = 6;
const NAME_MAX = 30;
/** What a client's figures need beside its name. */
const FIGURES_WIDTH = 46;

type Colours = ReturnType<typeof createColors>;
type Colour = (text: string) => string;

/**
 * Lines without line ends, none wider than the terminal (60 columns at least). The last line is the
 * verdict.
 */
export function renderTerminal({ result }: DrillEvidence, options: TerminalOptions): string[] {
  const columns = Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, Math.floor(options.columns)));
  const colours = createColors(options.colour);
  return [
    ...heading(result, columns, colours),
    "",
    ...timeline(result.timeline, columns, colours),
    "",
    ...bars(result, columns, colours),
    "",
    ...clients(result, columns, colours),
    "",
    ...result.reasons.flatMap((reason) => wrap(plain(reason, 400), columns, 2)),
    "",
    ...wrap(`RTO  ${rtoFigure(result)}`, columns, 5),
    ...wrap(`RPO  ${plain(rpoFigure(result), 400)}`, columns, 5),
    ...beyond(result).flatMap((line) => wrap(line, columns, 5)),
    verdictColour(result.verdict, colours)(`verdict: ${result.verdict}`),
  ];
}

/** What only some faults are about. */
function beyond(result: DrillResult): readonly string[] {
  const { stale, rto } = result;
  if (stale === null) return [];
  const figure = `OLD  ${staleFigure(stale)} (objective: at most ${stale.objectiveMs} ms)`;
  if (rto.measures === "outage") return [figure];
  const closed = result.clients.filter(({ kind }) => kind === "router").map((client) => client.closed);
  const lines = `SYNC ${resyncFigure(result)} resyncs`;
  return [
    figure,
    `${lines}; connections closed per client on the router: at most ${Math.max(...closed)}`,
  ];
}

function verdictColour(verdict: Verdict, colours: Colours): Colour {
  const colour = { held: colours.green, broken: colours.red, unknown: colours.yellow }[verdict];
  return (text) => colours.bold(colour(text));
}

function heading(result: DrillResult, columns: number, colours: Colours): readonly string[] {
  const { cluster } = result;
  const versions = Object.entries(cluster.versions).map(([name, version]) => `${name} ${version}`);
  const facts = [
    `${plain(cluster.name, 40)}, group ${plain(cluster.group, 40)}`,
    ...(cluster.place === "hosts" ? ["on its hosts, over SSH"] : []),
    `${counted(cluster.nodes, "node")}, ${counted(cluster.sentinels, "Sentinel")}`,
    `down-after ${Math.round(cluster.downAfterMs)} ms`,
    ...versions.sort().map((version) => plain(version, 40)),
  ];
  const [first = "", ...rest] = wrap(`${plain(result.fault, 40)}  ${facts.join(", ")}`, columns, 2);
  const fault = plain(result.fault, 40);
  const bold = first.startsWith(fault) ? colours.bold(fault) + first.slice(fault.length) : first;
  return [bold, ...rest];
}

const EVENT_COLOURS: Readonly<Record<string, "red" | "green" | "cyan">> = {
  fault: "red",
  cure: "green",
  whole: "green",
  route: "cyan",
  confirmed: "cyan",
};

function timeline(
  entries: readonly TimelineEntry[],
  columns: number,
  colours: Colours,
): readonly string[] {
  const shown = [...entries].sort((a, b) => a.atMs - b.atMs).slice(0, EVENTS_MAX);
  const rows = shown.map(({ atMs, event, who, detail }) => [
    `${atMs > 0 ? "+" : ""}${seconds(atMs)}`,
    plain(event, 16),
    plain(who, 16),
    plain(detail, COLUMNS_MAX),
  ]);
  const lines = aligned(rows, [true, false, false, false]).map((line, index) => {
    const cut = cutTo(line, columns);
    const event = rows[index]?.[1] ?? "";
    const colour = colours[EVENT_COLOURS[event] ?? "bold"];
    const at = cut.indexOf(event);
    return event === "" || at < 0
      ? cut
      : cut.slice(0, at) + colour(event) + cut.slice(at + event.length);
  });
  const left = entries.length - shown.length;
  return left > 0 ? [...lines, `  and ${counted(left, "more event")}`] : lines;
}

const cutTo = (line: string, columns: number): string =>
  line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;

/**
 * One bar a kind: solid to the median outage, shaded to the worst, then a line where all its clients
 * write again.
 */
function bars(result: DrillResult, columns: number, colours: Colours): readonly string[] {
  const kinds = followingKinds(result);
  const labelWidth = kinds.reduce((most, { label }) => Math.max(most, label.length), 0) + 4;
  const figureWidth = 10;
  const width = Math.min(BAR_MAX, columns - labelWidth - figureWidth);
  const { objectiveMs } = result.rto;
  const longestMs = kinds.reduce((most, { worstMs }) => Math.max(most, worstMs ?? 0), objectiveMs);
  const toColumn = (ms: number) =>
    Math.min(width - 1, Math.max(0, Math.round((ms / (longestMs * 1.15)) * width)));
  const lines = kinds.map((kind) => {
    const isLate = kind.worstMs === null || kind.worstMs > objectiveMs;
    const figure = kind.worstMs === null ? "never" : measured(kind.worstMs);
    const bar = drawBar(kind, width, toColumn, colours);
    const colour = isLate ? colours.red : colours.green;
    return `  ${kind.label.padEnd(labelWidth - 2)}${bar}  ${colour(figure)}`;
  });
  const marked = toColumn(objectiveMs);
  const name = `objective ${objective(objectiveMs)}`;
  const marker =
    marked + 2 + name.length <= width + figureWidth
      ? `${" ".repeat(marked)}^ ${name}`
      : `${name} ^`.padStart(marked + 1);
  const title =
    result.rto.measures === "outage"
      ? "outage, from the fault to the first write that survived (solid: median, shaded: worst)"
      : "longest time between two writes that survived (solid: median, shaded: worst)";
  return [...wrap(title, columns, 0), ...lines, `${" ".repeat(labelWidth)}${marker}`];
}

function drawBar(
  kind: KindResult,
  width: number,
  toColumn: (ms: number) => number,
  colours: Colours,
): string {
  const worst = kind.worstMs === null ? width : Math.max(1, toColumn(kind.worstMs));
  const solid = Math.min(worst, kind.medianMs === null ? 0 : toColumn(kind.medianMs));
  const outage = "█".repeat(solid) + "▒".repeat(worst - solid);
  return colours.red(outage) + colours.green("─".repeat(width - worst));
}

function clients(result: DrillResult, columns: number, colours: Colours): readonly string[] {
  const kinds = byKind(result);
  const columnsOfDrill = result.rto.measures === "outage" ? ["outage", "longest"] : ["gap", "closed"];
  const header = ["client", ...columnsOfDrill, "acked", "lost", "unknown"];
  const shown = kinds.map((kind) => kind.clients.slice(0, CLIENTS_MAX));
  const namesMax = Math.min(NAME_MAX, columns - FIGURES_WIDTH);
  const lines = aligned(
    [header, ...shown.flat().map((client) => clientRow(result, client, namesMax))],
    [false, true, true, true, true, true],
  );
  let next = 1;
  const sections = kinds.flatMap((kind, index) => {
    const rows = lines.slice(next, next + (shown[index]?.length ?? 0));
    next += rows.length;
    const left = kind.clients.length - rows.length;
    return [
      ...wrap(kindLine(kind), columns, 2),
      ...rows,
      ...(left > 0 ? [`  and ${counted(left, "more client")}`] : []),
    ];
  });
  return [colours.bold(lines[0] ?? ""), ...sections];
}

function clientRow(result: DrillResult, client: ClientResult, namesMax: number): readonly string[] {
  const { longestCallMs, closed, acknowledged, lost, unknown } = client;
  const away = awayMs(result, client);
  return [
    `  ${plain(client.id, namesMax)}`,
    away === null ? "never" : measured(away),
    result.rto.measures === "outage" ? measured(longestCallMs) : String(closed),
    ...[acknowledged, lost, unknown].map(String),
  ];
}

/** "errors timeout 4; perl-1 is stuck: it ended by itself (exit code 7)" */
function kindLine({ label, clients }: KindResult): string {
  const errors: Record<string, number> = {};
  for (const client of clients) {
    for (const [name, count] of Object.entries(client.errors))
      errors[name] = (errors[name] ?? 0) + count;
  }
  const classes = errorClasses(errors, ERROR_CLASSES_MAX);
  const troubles = clients.flatMap(({ id, stuck, complaint }) => {
    if (stuck !== true && complaint === null) return [];
    return [`${id}${stuck === true ? " is stuck" : ""}${complaint === null ? "" : `: ${complaint}`}`];
  });
  const said = classes === "" ? "no errors" : `errors ${classes}`;
  return plain(`${label}: ${[said, ...troubles].join("; ")}`, 400);
}

export const terminal: Reporter = {
  id: "terminal",
  summary: "Timeline, clients and verdict for a terminal.",
  render: (evidence, options) => renderTerminal(evidence, options).join("\n"),
};

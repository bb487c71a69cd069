// A group's status for people: what matters first, then who says what. Pure: lines in, nothing printed.
import { listed } from "../cluster/text.ts";
import { endpointText } from "../decide/agree.ts";
import { linkWords } from "../decide/links.ts";
import { momentText, shortBytes, spokenAge } from "./ages.ts";
import { columnLines } from "./columns.ts";
import type { ShownDrill, ShownGroup, ShownProblem, ShownStatus } from "./shown.ts";
import { type Line, painted, plain, type Span, type Tone } from "./spans.ts";

export interface TextOptions {
  readonly colour: boolean;
}

/** Without what changes at every look, such as "812 ms": that is no news. */
const worded = (text: string): string =>
  text.replaceAll(/\d+(\.\d+)? ?(ms|s|min|h|bytes|B|kB|MB|GB)\b/g, "#");

/** Time from one moment to another, both ISO 8601. */
const between = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

function headLine({ name, route, routeSince }: ShownGroup, at: string): Line {
  const head: Span = { text: name, tone: "strong" };
  const id = `${name}/route`;
  if (route.kind === "none") {
    return [head, plain("  "), { text: "no route", tone: "bad", id }, plain(`: ${route.reason}`)];
  }
  const age = routeSince === null ? "" : `, for ${spokenAge(between(routeSince, at))}`;
  const early = " (early: a majority of the Sentinels has yet to confirm it)";
  return [
    head,
    plain("  writes go to "),
    { text: route.host, tone: "good", id },
    plain(` ${endpointText(route)}, epoch `),
    { text: String(route.epoch), id: `${name}/epoch` },
    plain(age),
    ...(route.confirmed ? [] : [{ text: early, tone: "attention" } as const]),
  ];
}

const LABEL_CELLS = 7;
/** "  error    sentence": all that is said of a group begins at the same column. */
const said = (label: string, tone: Tone | undefined, ...spans: readonly Span[]): Line => [
  plain("  "),
  { text: label.padEnd(LABEL_CELLS), tone },
  plain("  "),
  ...spans,
];

const endOf = (until: string, at: string): string =>
  `ends in ${spokenAge(between(at, until))}, at ${momentText(until, at)}`;

const TONES = { error: "bad", warning: "attention", info: undefined } as const;

function problemLine(
  { name, pause }: ShownGroup,
  { code, severity, message }: ShownProblem,
  at: string,
) {
  // The problem has the end as a date; a person asks how long it is until then.
  const end = code === "maintenance" && pause !== null ? `; ${endOf(pause.until, at)}` : "";
  const id = `${name}/problem/${code}/${worded(message)}`;
  return said(severity, TONES[severity], { text: message, id, value: "" }, plain(`${end}  [${code}]`));
}

/** Where no problem says it already. */
function pausedLines({ name, pause, problems }: ShownGroup, at: string): readonly Line[] {
  if (pause === null || problems.some(({ code }) => code === "maintenance")) return [];
  const by: Span = { text: `by ${pause.by}`, id: `${name}/pause` };
  return [said("paused", "attention", by, plain(`, ${endOf(pause.until, at)}`))];
}

const VERDICTS = { held: "good", broken: "bad", unknown: "attention" } as const;

/** "kill-primary in a lab, 3 days ago" */
export const drillText = ({ fault, place, at: began }: ShownDrill, at: string): string =>
  `${fault} ${place === "lab" ? "in a lab" : "on the hosts"}, ${spokenAge(between(began, at))} ago`;

function drillLines({ name, drill }: ShownGroup, at: string): readonly Line[] {
  if (drill === null) return [];
  const { fault, by, until } = drill;
  const latest = `at the latest in ${spokenAge(between(at, until))}, at ${momentText(until, at)}`;
  const what: Span = { text: `${fault} by ${by}`, id: `${name}/drill` };
  return [said("drill", "attention", what, plain(` is under way; it ends ${latest}`))];
}

function drilledLines({ name, drills: [newest] }: ShownGroup, at: string): readonly Line[] {
  if (newest === undefined) return [];
  const { verdict, sentence } = newest;
  const id = `${name}/drilled`;
  const how: Span = { text: verdict, tone: VERDICTS[verdict], id, value: `${verdict} ${newest.at}` };
  return [said("drilled", undefined, plain(`${drillText(newest, at)}: `), how, plain(`; ${sentence}`))];
}

/** What the observer itself does or distrusts; a command that looked once has nothing of it. */
function observerLines({ name, decision, doubts }: ShownGroup, at: string): readonly Line[] {
  const doubted = doubts.map((doubt) =>
    said("doubt", "attention", { text: doubt, id: `${name}/doubt/${worded(doubt)}`, value: "" }),
  );
  if (decision === null) return doubted;
  const { kind, reason } = decision;
  const tail = `  [${kind}], ${spokenAge(between(decision.at, at))} ago`;
  const what: Span = { text: reason, id: `${name}/decision`, value: worded(reason) };
  return [...doubted, said("decided", undefined, what, plain(tail))];
}

const linkText = (link: string | null): string =>
  link === "connected" ? "" : `, ${link === null ? "link unknown" : linkWords(link)}`;

type NodeShown = ShownGroup["nodes"][number];

/** A primary that writes do not go to is what a person has to see first. */
function roleTone({ route }: ShownGroup, node: NodeShown): Tone | undefined {
  if (node.role === "unknown") return "attention";
  const isRouted = route.kind === "none" || endpointText(route) === endpointText(node);
  return node.role === "primary" && !isRouted ? "bad" : undefined;
}

function nodeRow(group: ShownGroup, node: NodeShown): readonly Span[] {
  const { name } = group;
  const isReplica = node.role === "replica";
  const linkTone = node.link === "connected" ? undefined : "attention";
  const lag = node.lagBytes === null ? "lag unknown" : `lag ${shortBytes(node.lagBytes)}`;
  const id = `${name}/node/${node.id}`;
  return [
    plain(`  ${node.id}`),
    plain(endpointText(node)),
    plain(`zone ${node.zone}`),
    { text: node.role, tone: roleTone(group, node), id },
    isReplica
      ? { text: `of ${node.of ?? "?"}${linkText(node.link)}`, tone: linkTone, id: `${id}/link` }
      : plain(node.reason ?? ""),
    plain(isReplica ? lag : ""),
  ];
}

function sentinelRow({ name }: ShownGroup, sentinel: ShownGroup["sentinels"][number]): readonly Span[] {
  const { primary, epoch, reason } = sentinel;
  const flags = sentinel.flags.filter((flag) => flag !== "master").join(", ");
  const id = `${name}/sentinel/${sentinel.id}`;
  return [
    plain(`  ${sentinel.id}`),
    plain(endpointText(sentinel)),
    primary === null
      ? { text: "silent", tone: "attention", id }
      : { text: `names ${endpointText(primary)}`, id },
    epoch === null ? plain(reason ?? "") : { text: `epoch ${epoch}`, id: `${id}/epoch` },
    // The flags are what it says of the primary, not what it is.
    { text: flags === "" ? "" : `calls it ${flags}`, id: `${id}/flags` },
    { text: sentinel.tilt ? "TILT" : "", tone: "bad", id: `${id}/tilt` },
  ];
}

const targetRow = ({ name: group }: ShownGroup, target: ShownGroup["targets"][number]): Span[] => {
  const id = `${group}/target/${target.name}/${target.host}`;
  return [
    plain(`  ${target.name}`),
    plain(`by ${target.host}`),
    target.ok ? { text: "ok", id } : { text: "NO", tone: "bad", id },
    { text: target.sentence, id: `${id}/sentence`, value: worded(target.sentence) },
  ];
};

const section = (title: string, rows: readonly (readonly Span[])[]): readonly Line[] =>
  rows.length === 0 ? [] : [[plain(title)], ...columnLines(rows)];

/** All that is known of one group. `at` is when it was looked at, ISO 8601: ages count from there. */
export function groupLines(group: ShownGroup, at: string): readonly Line[] {
  const { confirmations, problems } = group;
  // What is refused stands among the problems.
  const names = confirmations.kind === "asked" ? confirmations.names : [];
  return [
    headLine(group, at),
    ...(names.length === 0 ? [] : [[plain(`  each write is confirmed by ${listed(names)}`)]]),
    ...pausedLines(group, at),
    ...drillLines(group, at),
    ...problems.map((problem) => problemLine(group, problem, at)),
    ...observerLines(group, at),
    ...drilledLines(group, at),
    ...section(
      "nodes",
      group.nodes.map((node) => nodeRow(group, node)),
    ),
    ...section(
      "sentinels",
      group.sentinels.map((sentinel) => sentinelRow(group, sentinel)),
    ),
    ...section(
      "targets",
      group.targets.map((target) => targetRow(group, target)),
    ),
  ];
}

/** An empty line between two groups. */
export function allGroupLines({ groups, at }: ShownStatus): readonly Line[] {
  return groups.flatMap((group, index) => [...(index === 0 ? [] : [[]]), ...groupLines(group, at)]);
}

export function statusLines(status: ShownStatus, { colour }: TextOptions): readonly string[] {
  return allGroupLines(status).map((line) => painted(line, { colour }).trimEnd());
}

// One row for each group: what a person on call needs of it at a glance, the worst first. Pure.
import { counted } from "../cluster/text.ts";
import { endpointText } from "../decide/agree.ts";
import { lagBytesMaxOf, RANK, type Severity, severityOf, worstOf } from "./severity.ts";
import type { ShownGroup } from "./shown.ts";
import { drillText } from "./text.ts";

export interface TopRow {
  readonly name: string;
  /** Of the worst problem. */
  readonly severity: Severity;
  /** The host that takes the writes; undefined: there is no route. */
  readonly host: string | undefined;
  /** address:port of that host's node. */
  readonly address: string | undefined;
  readonly epoch: number | undefined;
  /** False: the route is early, a majority of the Sentinels has yet to confirm it. */
  readonly isConfirmed: boolean;
  /** ISO 8601; undefined where the observer does not know. */
  readonly routeSince: string | undefined;
  readonly heard: number;
  readonly sentinels: number;
  /** Replicas that are connected to the routed primary, and all nodes that should be. */
  readonly connected: number;
  readonly replicas: number;
  /** The largest that is known among the replicas; undefined: none is. */
  readonly lagBytesMax: number | undefined;
  readonly targetsOk: number;
  readonly targets: number;
  /** Words such as "pause" and "drill": why something that looks wrong may be wanted. */
  readonly marks: readonly string[];
  /** One sentence: the worst problem, or how the last drill went. Empty: nothing to say. */
  readonly headline: string;
  /** Everything that a filter looks at, in lower case. */
  readonly words: string;
}

function marksOf({ problems, pause, drill }: ShownGroup): readonly string[] {
  const has = (code: string) => problems.some((problem) => problem.code === code);
  return [
    ...(pause !== null || has("maintenance") ? ["pause"] : []),
    ...(drill === null ? [] : ["drill"]),
    ...(has("switchover-running") ? ["switchover"] : []),
    ...(has("failover-running") ? ["failover"] : []),
  ];
}

function headlineOf({ problems, route, doubts, drills }: ShownGroup, at: string): string {
  const worst = worstOf(problems);
  if (worst !== undefined) {
    const others = problems.length - 1;
    return others === 0 ? worst.message : `${worst.message} (and ${counted(others, "other")})`;
  }
  // No problem is known, and still nobody takes writes: that is the news.
  if (route.kind === "none") return route.reason;
  const [doubt] = doubts;
  if (doubt !== undefined) return `the agent doubts itself: ${doubt}`;
  const [newest] = drills;
  return newest === undefined ? "" : `last drill ${newest.verdict}: ${drillText(newest, at)}`;
}

/** An agent that doubts itself knows nothing for certain of a group that seems fine. */
function shownSeverity({ problems, route, doubts }: ShownGroup): Severity {
  const severity = severityOf(problems, route);
  return severity === "fine" && doubts.length > 0 ? "warning" : severity;
}

function topRow(group: ShownGroup, at: string): TopRow {
  const { name, route, nodes, sentinels, targets, problems, routeSince } = group;
  const primary = route.kind === "primary" ? endpointText(route) : undefined;
  const others = nodes.filter((node) => endpointText(node) !== primary);
  const severity = shownSeverity(group);
  const headline = headlineOf(group, at);
  const marks = marksOf(group);
  const host = route.kind === "primary" ? route.host : undefined;
  const codes = problems.map(({ code }) => code);
  return {
    name,
    severity,
    host,
    address: primary,
    epoch: route.kind === "primary" ? route.epoch : undefined,
    isConfirmed: route.kind === "none" || route.confirmed,
    routeSince: routeSince ?? undefined,
    heard: sentinels.filter(({ state }) => state === "heard").length,
    sentinels: sentinels.length,
    connected: others.filter((node) => node.link === "connected" && node.of === primary).length,
    // Without a route nobody knows which node is none: one of them has to be the primary.
    replicas: primary === undefined ? Math.max(0, nodes.length - 1) : others.length,
    lagBytesMax: lagBytesMaxOf(nodes),
    targetsOk: targets.filter(({ ok }) => ok).length,
    targets: targets.length,
    marks,
    headline,
    words: [name, severity, host ?? "no route", ...marks, ...codes, headline].join(" ").toLowerCase(),
  };
}

const names = new Intl.Collator("en", { numeric: true });

/** Errors first, then warnings, then what is worth knowing; by name within. */
export function topRows(groups: readonly ShownGroup[], at: string): readonly TopRow[] {
  const rows = groups.map((group) => topRow(group, at));
  return rows.sort((a, b) => RANK[a.severity] - RANK[b.severity] || names.compare(a.name, b.name));
}

/** Rows in which every word of the filter occurs, whatever its case. */
export function filtered(rows: readonly TopRow[], filter: string): readonly TopRow[] {
  const words = filter
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  return words.length === 0
    ? rows
    : rows.filter((row) => words.every((word) => row.words.includes(word)));
}

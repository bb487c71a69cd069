// The words of a notice. Pure.
import type { RunningDrill } from "../cluster/drill-note.ts";
import type { Severity } from "../cluster/types.ts";
import type { Problem } from "../decide/types.ts";
import type { Incident } from "../journal/incidents.ts";
import { worst } from "./notice.ts";

export interface Words {
  readonly title: string;
  readonly lines: readonly string[];
  readonly severity: Severity;
  /**
   * What is new when this is another one: only what agents that look at the same group agree on, so that no
   * two of them go on correcting each other.
   */
  readonly gist: string;
}

const STEPS_SHOWN = 6;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const stepLines = ({ steps }: Incident): readonly string[] =>
  steps.slice(-STEPS_SHOWN).map(({ afterMs, name, sentence }) => {
    return `+${seconds(afterMs)} ${name}: ${sentence}`;
  });

const problemLine = ({ severity, message }: Problem): string => `${severity}: ${message}`;

const codesOf = (problems: readonly Problem[]): string =>
  [...new Set(problems.map(({ code, severity }) => `${severity} ${code}`))].sort().join(",");

function failoverTitle({ group, from, to, outcome, durationMs }: Incident): string {
  const left = from === null ? "" : ` from ${from}`;
  if (outcome === "undone")
    return `${group}: failover given up, ${from ?? "the primary"} is what it was`;
  if (outcome === "open")
    return to === null
      ? `${group}: failover${left} under way, there is no primary yet`
      : `${group}: failover${left} to ${to}, which a majority has yet to confirm`;
  const took = durationMs === null ? "" : ` after ${seconds(durationMs)}`;
  return `${group}: failover${left} to ${to ?? "another node"}, writes go on${took}`;
}

export function failoverWords(
  incident: Incident,
  troubles: readonly Problem[],
  hasPrimary: boolean,
): Words {
  const { outcome, to } = incident;
  const isWritten = outcome !== "open" || hasPrimary;
  const severity = worst([isWritten ? "warning" : "error", ...troubles.map((one) => one.severity)]);
  return {
    title: failoverTitle(incident),
    lines: [...stepLines(incident), ...troubles.map(problemLine)],
    severity,
    gist: `${outcome} ${to ?? ""}|${codesOf(troubles)}`,
  };
}

/** Of a failover that this agent has not seen itself: its steps as told, the problems as they are. */
export function orphanWords(
  { title, lines }: Pick<Words, "title" | "lines">,
  toldGist: string,
  troubles: readonly Problem[],
): Words {
  const [core = ""] = toldGist.split("|");
  return {
    title,
    lines: [...lines.filter((line) => line.startsWith("+")), ...troubles.map(problemLine)],
    severity: worst(["warning", ...troubles.map((one) => one.severity)]),
    gist: `${core}|${codesOf(troubles)}`,
  };
}

export function switchoverWords(incident: Incident): Words {
  const { group, from, to, outcome, durationMs } = incident;
  const way = `${group}: switchover from ${from ?? "?"} to ${to ?? "?"}`;
  const end = {
    open: "under way",
    done: durationMs === null ? "done" : `done in ${seconds(durationMs)}`,
    undone: "taken back: the primary is what it was",
  }[outcome];
  return {
    title: `${way} ${end}`,
    lines: stepLines(incident),
    severity: outcome === "undone" ? "warning" : "info",
    gist: outcome,
  };
}

export function fenceWords(incident: Incident): Words {
  const { group, from, to } = incident;
  const primary = to === null ? "" : `, a replica of ${to} from now on`;
  return {
    title: `${group}: the old primary ${from ?? "?"} came back and was fenced${primary}`,
    lines: stepLines(incident),
    severity: "warning",
    gist: "fenced",
  };
}

export function problemWords(group: string, troubles: readonly Problem[]): Words {
  const [first] = troubles;
  const more = troubles.length > 1 ? `, and ${troubles.length - 1} more` : "";
  return {
    title: `${group}: ${first?.message ?? "no problem is left"}${more}`,
    lines: troubles.map(problemLine),
    severity: worst(troubles.map((one) => one.severity)),
    gist: codesOf(troubles),
  };
}

export function drillWords(group: string, { fault, by }: RunningDrill): Words {
  return {
    title: `${group}: a drill breaks it on purpose: ${fault}`,
    lines: [`begun by ${by}`, "what it breaks is not told until it is over"],
    severity: "info",
    gist: "drill",
  };
}

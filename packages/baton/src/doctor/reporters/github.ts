// The findings as workflow commands, which GitHub shows beside the lines of a pull request.
import type { Finding, Severity } from "../finding.ts";
import { closed, workflowMessage, workflowProperty } from "./escapes.ts";
import type { Reporter } from "./reporter.ts";

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

function commandOf({ rule, severity, place, message, fix }: Finding): string {
  // What a running process says has no file that GitHub could show.
  const where =
    place.line === 0
      ? []
      : [`file=${workflowProperty(place.file)}`, `line=${place.line}`, `col=${place.column}`];
  const title = place.line === 0 ? `${rule} ${place.file}` : rule;
  const properties = [...where, `title=${workflowProperty(title)}`].join(",");
  return `::${COMMANDS[severity]} ${properties}::${workflowMessage(`${closed(message)} Fix: ${fix}`)}`;
}

function warningOf(sentence: string): string {
  return `::warning title=baton doctor::${workflowMessage(sentence)}`;
}

export const github: Reporter = {
  id: "github",
  summary: "workflow commands of GitHub, for annotations of a pull request",
  render: ({ findings, incomplete }) =>
    [...findings.map(commandOf), ...incomplete.map(warningOf)].join("\n"),
};

// The reference pages, made from the tables in the code. `npm run generate` writes them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Measured } from "../../bench/clients/measured.ts";
import { drawClients, drawEngines } from "../../bench/clients/page.ts";
import {
  clusterJsonSchema,
  clusterReferenceMarkdown,
} from "../../packages/baton/src/cluster/reference.ts";
import type { Command } from "../../packages/baton/src/commands/command.ts";
import { commands } from "../../packages/baton/src/commands/index.ts";
import { drillResultJsonSchema } from "../../packages/baton/src/drill/report/index.ts";
import { PROBLEMS } from "../../packages/baton/src/decide/types.ts";
import { ERRORS, EXIT } from "../../packages/baton/src/errors.ts";
import { METRICS } from "../../packages/baton/src/metrics/table.ts";
import { CAPABILITIES } from "../../packages/baton/src/redis/capabilities.ts";
import { steps } from "../../packages/baton/src/switchover/steps.ts";
import { cell, page } from "./page.ts";
import { alertsPage } from "./reference-alerts.ts";
import { notifyPage } from "./reference-notify.ts";
import { rulePages } from "./reference-rules.ts";
import { targetsPage } from "./reference-targets.ts";
import { root } from "./run.ts";

function commandSection(command: Command): string[] {
  const visible = command.options.filter(({ hidden }) => hidden !== true);
  const places = (command.arguments ?? []).map(({ name }) => ` ${name}`).join("");
  const rows = visible.map(({ flags, summary, fallback }) => {
    const value = fallback === undefined ? "" : ` (default ${fallback})`;
    return `| \`${cell(flags)}\` | ${cell(summary)}${value} |`;
  });
  const table = rows.length === 0 ? [] : ["| option | meaning |", "|---|---|", ...rows, ""];
  const examples = command.examples.map(({ line, remark }) => `    ${line}    # ${remark}`);
  return [
    `## \`baton ${command.id}${places}\``,
    "",
    `${command.summary}.`,
    "",
    ...table,
    ...examples,
    "",
  ];
}

async function commandsPage(): Promise<string> {
  const all = await Promise.all(commands.map(({ load }) => load()));
  const sections = all.filter(({ hidden }) => hidden !== true).flatMap(commandSection);
  return page("Commands", ...sections.slice(0, -1));
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { exit, hint }]) => `| ${code} | ${exit} | ${cell(hint)} |`,
  );
  const exits = [
    `| ${EXIT.fine} | fine; a drill: held; doctor: nothing found in all that was given |`,
    `| ${EXIT.findings} | findings, or a broken promise |`,
    `| ${EXIT.usage} | your file or flags; doctor: nothing found, and not all could be read |`,
    `| ${EXIT.unknown} | a drill that could not measure what it had to |`,
    `| ${EXIT.bug} | a bug of Baton |`,
    "| others | an error of the table below |",
  ];
  const head = ["| exit code | meaning |", "|---|---|", ...exits, ""];
  return page("Errors and exit codes", ...head, "| code | exit | next step |", "|---|---|---|", ...rows);
}

function problemsPage(): string {
  const rows = Object.entries(PROBLEMS).map(([code, sentence]) => `| \`${code}\` | ${cell(sentence)} |`);
  return page("Problems that `baton status` names", "| code | what it means |", "|---|---|", ...rows);
}

function switchoverPage(): string {
  const rows = steps.map(({ id, summary, deadline, undone }, index) => {
    const back = undone ?? "nothing to take back, or too late for it";
    return `| ${index + 1} | \`${id}\` | ${cell(summary)} | ${cell(deadline)} | ${cell(back)} |`;
  });
  const head = ["| | step | what it does | at most | taken back |", "|---|---|---|---|---|"];
  return page("The steps of `baton switchover`", ...head, ...rows);
}

function metricsPage(): string {
  const rows = Object.entries(METRICS).map(([name, { kind, labels, help }]) => {
    const named = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${kind} | ${named} | ${cell(help)} |`;
  });
  return page(
    "Metrics of the agent",
    "| metric | type | labels | meaning |",
    "|---|---|---|---|",
    ...rows,
  );
}

function enginesPage(): string {
  const rows = CAPABILITIES.map(({ id, since, sentence }) => {
    const has = Object.entries(since).map(([family, version]) => `${family} ${version}`);
    return `| \`${id}\` | ${has.join(", ")} | ${cell(sentence)} |`;
  });
  const head = ["| | seen since | what it is |", "|---|---|---|"];
  return page("What Redis and Valkey differ in", ...head, ...rows);
}

export function measured(name: string): Measured {
  return JSON.parse(readFileSync(join(root, "docs/measured", `${name}.json`), "utf8")) as Measured;
}

/** Text of every generated file by its path below docs/reference. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["alerts.md", alertsPage()],
    ["clients-measured.md", page("Clients, measured", ...drawClients(measured("clients")))],
    ["cluster-file.md", clusterReferenceMarkdown()],
    ["cluster-file.schema.json", `${JSON.stringify(clusterJsonSchema(), undefined, 2)}\n`],
    ["commands.md", await commandsPage()],
    ["drill-result.schema.json", `${JSON.stringify(drillResultJsonSchema(), undefined, 2)}\n`],
    ["engines-measured.md", page("Engines, measured", ...drawEngines(measured("engines")))],
    ["engines.md", enginesPage()],
    ["errors.md", errorsPage()],
    ["metrics.md", metricsPage()],
    ["notify.md", notifyPage()],
    ["problems.md", problemsPage()],
    ...(await rulePages()),
    ["switchover.md", switchoverPage()],
    ["targets.md", targetsPage()],
  ]);
}

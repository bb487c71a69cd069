// The reference pages, made from the tables in the code. `npm run generate` writes them.
import {
  clusterJsonSchema,
  clusterReferenceMarkdown,
} from "../../packages/baton/src/cluster/reference.ts";
import type { Command } from "../../packages/baton/src/commands/command.ts";
import { commands } from "../../packages/baton/src/commands/index.ts";
import { drillResultJsonSchema } from "../../packages/baton/src/drill/report/index.ts";
import { PROBLEMS } from "../../packages/baton/src/decide/types.ts";
import { ERRORS, EXIT } from "../../packages/baton/src/errors.ts";

const NOTICE = "<!-- Generated from the tables in the code by `npm run generate`. Do not edit. -->";

const page = (title: string, ...lines: readonly string[]): string =>
  [`# ${title}`, "", NOTICE, "", ...lines, ""].join("\n");
const cell = (text: string): string => text.replaceAll("|", "\\|");

function commandSection(command: Command): string[] {
  const visible = command.options.filter(({ hidden }) => hidden !== true);
  const places = (command.arguments ?? []).map(({ name }) => ` ${name}`).join("");
  const rows = visible.map(({ flags, summary, fallback }) => {
    const value = fallback === undefined ? "" : ` (default ${fallback})`;
    return `| \`${cell(flags)}\` | ${cell(summary)}${value} |`;
  });
  const table = rows.length === 0 ? [] : ["| option | meaning |", "|---|---|", ...rows, ""];
  const examples = command.examples.map(({ line, remark }) => `    ${line}    # ${remark}`);
  return [`## baton ${command.id}${places}`, "", `${command.summary}.`, "", ...table, ...examples, ""];
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
    `| ${EXIT.fine} | fine; a drill: held |`,
    `| ${EXIT.findings} | findings, or a broken promise |`,
    `| ${EXIT.usage} | your file or flags |`,
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

/** Text of every generated file by its path below docs/reference. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["cluster-file.md", clusterReferenceMarkdown()],
    ["cluster-file.schema.json", `${JSON.stringify(clusterJsonSchema(), undefined, 2)}\n`],
    ["commands.md", await commandsPage()],
    ["drill-result.schema.json", `${JSON.stringify(drillResultJsonSchema(), undefined, 2)}\n`],
    ["errors.md", errorsPage()],
    ["problems.md", problemsPage()],
  ]);
}

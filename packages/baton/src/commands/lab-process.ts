// What the commands on processes and links have in common: options, and how they say what was done.
import { assert, EXIT } from "../errors.ts";
import type { Done, ProcessAction } from "../lab/faults.ts";
import { labHome } from "../lab/home.ts";
import { PROCESS_KINDS } from "../lab/record.ts";
import { findLab } from "../lab/registry.ts";
import { type LabHandle, openLab, type ProcessChoice } from "../lab/remote.ts";
import type { Command, Context, Given, OptionSpec } from "./command.ts";

export const labNameOption: OptionSpec = {
  flags: "--name <lab>",
  summary: "which lab; without it the only one that runs",
};
export const labJsonOption: OptionSpec = {
  flags: "--json",
  summary: "machine-readable, with the moment it took effect",
};

export async function givenLab({ name }: Given, { environment }: Context): Promise<LabHandle> {
  return await openLab(await findLab(labHome(environment), typeof name === "string" ? name : undefined));
}

export function sayDone(done: Done, given: Given, { terminal }: Context): number {
  if (given["json"] === true) terminal.out(JSON.stringify(done));
  else for (const sentence of done.did) terminal.out(sentence);
  return EXIT.fine;
}

/** An argument that commander has already demanded. */
export function demanded(given: Given, name: string): string {
  const value = given[name];
  assert(typeof value === "string", `commander demands the argument ${name}`);
  return value;
}

const CHOICES: readonly ProcessChoice[] = [...PROCESS_KINDS, "all"];

/** `lab kill`, `lab stop`, `lab cont` and `lab start` differ in a word and a sentence. */
export function processCommand(action: ProcessAction, summary: string, remark: string): Command {
  return {
    id: `lab ${action}`,
    summary,
    examples: [{ line: `baton lab ${action} h1`, remark }],
    arguments: [{ name: "<host>", summary: "a host of the lab" }],
    options: [
      labNameOption,
      {
        flags: "--process <process>",
        summary: "which of the host's processes",
        fallback: "redis",
        choices: CHOICES,
      },
      labJsonOption,
    ],
    async run(given, context) {
      const lab = await givenLab(given, context);
      const choice = CHOICES.find((process) => process === given["process"]) ?? "redis";
      return sayDone(await lab[action](demanded(given, "host"), choice), given, context);
    },
  };
}

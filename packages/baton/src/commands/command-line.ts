// Turns the table of commands into a command line: parsing, help, suggestions, errors and exit codes.
import { CommanderError, Option, Command as Program } from "commander";
import { BatonError, EXIT } from "../errors.ts";
import { versionOfBaton } from "../version.ts";
import type { Command, Context, Given } from "./command.ts";
import { type CommandEntry, commands } from "./index.ts";

/** Only the command that is asked for is loaded; for help and for typing errors all are. */
async function load(argv: readonly string[]): Promise<readonly Command[]> {
  const words = argv.filter((word) => !word.startsWith("-"));
  const isAsked = ({ id }: CommandEntry) => id.split(" ").every((part, index) => words[index] === part);
  const asked = commands.filter((entry) => isAsked(entry) && entry.unless?.(words) !== true);
  const entries = asked.length > 0 ? asked : commands;
  return await Promise.all(entries.map((entry) => entry.load()));
}

function helpAfter(command: Command): string {
  if (command.examples.length === 0) return "";
  const width = Math.max(...command.examples.map(({ line }) => line.length));
  const lines = command.examples.map(({ line, remark }) => `  ${line.padEnd(width)}  ${remark}`);
  return `\nExamples:\n${lines.join("\n")}`;
}

function describe(program: Program, command: Command): Program {
  program.summary(command.summary).description(command.summary).addHelpText("after", helpAfter(command));
  for (const argument of command.arguments ?? []) program.argument(argument.name, argument.summary);
  for (const { flags, summary, fallback, choices, hidden } of command.options) {
    const option = new Option(flags, summary);
    if (fallback !== undefined) option.default(fallback);
    if (choices !== undefined) option.choices([...choices]);
    program.addOption(option.hideHelp(hidden ?? false));
  }
  return program;
}

/** commander passes arguments by position, then the options, then the program itself. */
function givenOf(command: Command, values: readonly unknown[]): Given {
  const given: Record<string, string | boolean | undefined> = {};
  for (const [index, { name }] of (command.arguments ?? []).entries()) {
    const value = values[index];
    if (typeof value === "string") given[name.replace(/[<>[\]]/g, "")] = value;
  }
  return Object.assign(given, values[(command.arguments ?? []).length]);
}

interface Outcome {
  code: number;
}

function mount(parent: Program, command: Command, context: Context, outcome: Outcome): void {
  const words = command.id.split(" ");
  let place = parent;
  for (const word of words.slice(0, -1)) {
    place = place.commands.find((child) => child.name() === word) ?? place.command(word);
  }
  const program = place.command(words.at(-1) ?? command.id, { hidden: command.hidden ?? false });
  if (command.isHook) program.allowUnknownOption().allowExcessArguments();
  describe(program, command).action(async (...values: unknown[]) => {
    const words = values.find((value) => Array.isArray(value)) ?? [];
    outcome.code = await command.run(givenOf(command, values), context, words.map(String));
  });
}

const GROUPS: Readonly<Record<string, string>> = {
  drill: "break a real cluster on purpose and measure what it costs",
  lab: "a real cluster on this machine, on loopback addresses of its own",
  targets: "the places outside Baton that tell clients where the primary is",
};

/** @returns the exit code of the process: see docs/reference/errors.md. */
export async function commandLine(argv: readonly string[], context: Context): Promise<number> {
  const { terminal } = context;
  const program = new Program("baton").description(
    "Keeps a Redis service writable when something fails, and proves it.",
  );
  program.version(versionOfBaton());
  program.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text.trimEnd()),
    writeErr: (text) => terminal.note(text.trimEnd()),
  });
  program.addHelpText(
    "after",
    "\nExit codes: 0 fine, 1 findings or a broken promise, 2 your file or flags; all: `baton errors`",
  );
  const outcome: Outcome = { code: EXIT.fine };
  const loaded = await load(argv);
  for (const command of loaded) mount(program, command, context, outcome);
  for (const child of program.commands) {
    const summary = GROUPS[child.name()];
    if (summary !== undefined) child.description(summary);
  }
  inheritSettings(program);
  try {
    await program.parseAsync(argv, { from: "user" });
    return outcome.code;
  } catch (error) {
    const asJson = argv.includes("--json") || /(^| )--format[ =]json( |$)/.test(argv.join(" "));
    const code = report(error, asJson, context);
    return loaded.length === 1 && loaded[0]?.isHook ? EXIT.fine : code;
  }
}

/**
 * commander gives its settings to children when they are made; ours were set before, but nested
 * ones need them too.
 */
function inheritSettings(program: Program): void {
  for (const child of program.commands) {
    child.copyInheritedSettings(program);
    inheritSettings(child);
  }
}

function report(error: unknown, asJson: boolean, { terminal, signal }: Context): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  const known =
    signal.aborted && !(error instanceof BatonError)
      ? new BatonError("INTERRUPTED", `stopped by ${String(signal.reason)}`, { cause: error })
      : error;
  if (!(known instanceof BatonError)) {
    terminal.note(known instanceof Error ? (known.stack ?? known.message) : String(known));
    terminal.note("This is a bug of Baton. Please report it with the lines above.");
    return EXIT.bug;
  }
  const { code, message, hint } = known;
  if (asJson) terminal.out(JSON.stringify({ error: { code, message, hint } }, undefined, 2));
  terminal.note(`baton: ${code} ${message}`);
  terminal.note(`  next: ${hint}`);
  return known.exitCode;
}

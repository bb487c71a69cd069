// The program: argv in, exit code out.
import { commandLine } from "./commands/command-line.ts";
import { systemContext } from "./commands/context.ts";

process.exitCode = await commandLine(process.argv.slice(2), systemContext());
// A connection that nobody closed must not keep a finished command alive; output is flushed first.
process.stdout.write("", () => process.exit());

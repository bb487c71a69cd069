// The real surroundings of a command: this process' terminal, clock, environment and signals.
import { isatty } from "node:tty";
import { systemClock } from "../sys/clock.ts";
import type { Context, Terminal } from "./command.ts";

function systemTerminal(): Terminal {
  const { stdout, stderr } = process;
  // A reader that went away (`| head`) is no error of ours.
  const ignoreClosedPipe = (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  };
  stdout.on("error", ignoreClosedPipe);
  stderr.on("error", ignoreClosedPipe);
  const environment = process.env;
  // Not stdout.isTTY: into a pipe that is undefined whatever its type says, and a library that is
  // given undefined for "colours?" decides for itself (CI and FORCE_COLOR turn them on).
  const isTerminal = isatty(1);
  return {
    isInteractive: isTerminal && environment["CI"] === undefined,
    colour: isTerminal && environment["NO_COLOR"] === undefined && environment["TERM"] !== "dumb",
    columns: isTerminal ? Math.max(60, stdout.columns) : 110,
    out: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    outBacklogBytes: () => stdout.writableLength,
  };
}

/** Aborts on the first SIGINT, SIGTERM or SIGHUP; a second SIGINT ends the process at once. */
function signalOfProcess(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (controller.signal.aborted && name === "SIGINT") process.exit(130);
      controller.abort(name);
    });
  }
  return controller.signal;
}

export function systemContext(): Context {
  return {
    terminal: systemTerminal(),
    clock: systemClock,
    environment: process.env,
    signal: signalOfProcess(),
  };
}

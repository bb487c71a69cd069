// The real surroundings of a command: this process' terminal, clock, environment and signals.
import { isatty } from "node:tty";
import { systemClock } from "../sys/clock.ts";
import { openScreen, type ScreenEvents, type ScreenHost } from "../sys/screen.ts";
import type { Context, Terminal } from "./command.ts";

const host: ScreenHost = {
  on: (event, listener) => process.on(event as "exit", listener),
  off: (event, listener) => process.off(event, listener),
  suspend: () => void process.kill(0, "SIGTSTP"),
};

function systemTerminal(): Terminal {
  const { stdout, stderr } = process;
  let isReaderGone = false;
  // A reader that went away (`| head`), or a terminal that was closed, is no error of ours.
  const ignoreClosed = (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  };
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    ignoreClosed(error);
    isReaderGone = true;
  });
  stderr.on("error", ignoreClosed);
  const environment = process.env;
  // Not stdout.isTTY: into a pipe that is undefined whatever its type says, and a library that is
  // given undefined for "colours?" decides for itself (CI and FORCE_COLOR turn them on).
  const isTerminal = isatty(1);
  const isInteractive = isTerminal && environment["CI"] === undefined;
  const isDrawable = isInteractive && environment["TERM"] !== "dumb";
  // Not before it is needed: whoever touches stdin holds the process open.
  const screen = (events: ScreenEvents) =>
    openScreen({ ...events, input: process.stdin, output: stdout, host });
  return {
    isInteractive,
    colour: isTerminal && environment["NO_COLOR"] === undefined && environment["TERM"] !== "dumb",
    columns: isTerminal ? Math.max(60, stdout.columns) : 110,
    out: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    outBacklogBytes: () => stdout.writableLength,
    isReaderGone: () => isReaderGone,
    ...(isDrawable ? { openScreen: screen } : {}),
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

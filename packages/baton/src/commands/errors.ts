// baton errors: the table of error codes, exit codes and next steps.
import { ERRORS, EXIT } from "../errors.ts";
import type { Command } from "./command.ts";

export const errors: Command = {
  id: "errors",
  summary: "list error codes, exit codes and what to do next",
  examples: [{ line: "baton errors --json", remark: "the same for a script" }],
  options: [{ flags: "--json", summary: "machine-readable" }],
  run(given, { terminal }) {
    const rows = Object.entries(ERRORS).map(([code, { exit, hint }]) => ({ code, exit, hint }));
    if (given["json"] === true) {
      terminal.out(JSON.stringify({ errors: rows, exits: EXIT }, undefined, 2));
    } else {
      const width = Math.max(...rows.map(({ code }) => code.length));
      for (const { code, exit, hint } of rows)
        terminal.out(`${code.padEnd(width)}  ${String(exit).padStart(3)}  ${hint}`);
    }
    return Promise.resolve(EXIT.fine);
  },
};

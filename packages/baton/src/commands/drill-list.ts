// baton drill list: what can be broken, and what a lab needs for it.
import { faults } from "../drill/faults/index.ts";
import { EXIT } from "../errors.ts";
import { columnsOf } from "../status/columns.ts";
import type { Command } from "./command.ts";

export const drillList: Command = {
  id: "drill list",
  summary: "list the faults that a drill can inject",
  examples: [{ line: "baton drill list", remark: "then: baton drill run FAULT" }],
  options: [{ flags: "--json", summary: "machine-readable" }],
  run(given, { terminal }) {
    if (given["json"] === true) {
      const rows = faults.map(({ id, summary, needs }) => ({ id, summary, needs }));
      terminal.out(JSON.stringify({ faults: rows }, undefined, 2));
    } else {
      for (const line of columnsOf(faults.map(({ id, summary }) => [id, summary]))) terminal.out(line);
    }
    return Promise.resolve(EXIT.fine);
  },
};

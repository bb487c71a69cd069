// baton explain: what follows from a cluster file, every derived value with its reason.
import colours from "picocolors";
import { explanationLines, explanationOf } from "../cluster/explanation.ts";
import { layoutOf } from "../cluster/layout.ts";
import { readCluster } from "../cluster/read.ts";
import { BatonError, EXIT } from "../errors.ts";
import type { Command } from "./command.ts";

export const explain: Command = {
  id: "explain",
  summary: "Show what follows from a cluster file: timings with their reasons, and what runs where.",
  examples: [
    { line: "baton explain --file examples/smallest.yml", remark: "for people" },
    { line: "baton explain --file examples/smallest.yml --json", remark: "the same for programs" },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file" },
    { flags: "--json", summary: "print JSON" },
  ],
  async run(given, { terminal }) {
    const path = given["file"];
    if (typeof path !== "string")
      throw new BatonError("USAGE", "explain needs a cluster file: --file <path>");
    const explanation = explanationOf(layoutOf(await readCluster(path)));
    if (given["json"] === true) {
      terminal.out(JSON.stringify(explanation, null, 2));
      return EXIT.fine;
    }
    const { bold } = colours.createColors(terminal.colour);
    for (const line of explanationLines(explanation, { columns: terminal.columns, heading: bold }))
      terminal.out(line);
    return EXIT.fine;
  },
};

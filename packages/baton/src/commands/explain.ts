// baton explain: what follows from a cluster file, every derived value with its reason.
import colours from "picocolors";
import { explanationLines, explanationOf } from "../cluster/explanation.ts";
import { layoutOf } from "../cluster/layout.ts";
import { clusterOrThrow } from "../cluster/load.ts";
import type { Cluster } from "../cluster/types.ts";
import { FILE_BYTES_MAX } from "../cluster/yaml-source.ts";
import { BatonError, EXIT } from "../errors.ts";
import { readTextFile } from "../sys/files.ts";
import type { Command } from "./command.ts";

/** @throws BatonError CLUSTER_FILE: the file cannot be read, or a line for each of its problems. */
export async function readCluster(path: string): Promise<Cluster> {
  let text: string;
  try {
    text = await readTextFile(path, FILE_BYTES_MAX);
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    throw new BatonError("CLUSTER_FILE", error.message, { cause: error, details: error.details });
  }
  return clusterOrThrow(text, path);
}

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

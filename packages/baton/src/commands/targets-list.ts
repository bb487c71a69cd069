// baton targets list: the targets of a cluster file, or every kind that there is.
import { EXIT } from "../errors.ts";
import { columnsOf } from "../status/columns.ts";
import { targetKinds } from "../targets/index.ts";
import { knownTargets } from "../targets/settings.ts";
import type { Command, Context, Given } from "./command.ts";
import { clusterOptions, openLayout } from "./open-cluster.ts";

async function rowsOf(given: Given, context: Context): Promise<readonly Record<string, string>[]> {
  if (given["kinds"] === true) {
    return targetKinds.map(({ id, fencing, tier, summary }) => ({ kind: id, fencing, tier, summary }));
  }
  const { cluster } = await openLayout(given, context);
  return knownTargets(cluster.targets).map(({ plan, kind }) => {
    const { name, group, on } = plan;
    return { name, kind: kind.id, group, on: on.join(","), fencing: kind.fencing, tier: kind.tier };
  });
}

export const targetsList: Command = {
  id: "targets list",
  summary: "list the targets of a cluster, or with --kinds every kind of target that there is",
  examples: [
    {
      line: "baton targets list --kinds",
      remark: "what keeps a late writer out of each, and its tests",
    },
    {
      line: "baton targets list --file cluster.yml",
      remark: "what this cluster has, and who serves it",
    },
  ],
  options: [
    ...clusterOptions,
    { flags: "--kinds", summary: "kinds instead of targets; needs no cluster" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const rows = await rowsOf(given, context);
    const { terminal } = context;
    const key = given["kinds"] === true ? "kinds" : "targets";
    if (given["json"] === true) terminal.out(JSON.stringify({ [key]: rows }, undefined, 2));
    else if (rows.length === 0) terminal.out("the cluster file names no target");
    else {
      const header = Object.keys(rows[0] ?? {});
      for (const line of columnsOf([header, ...rows.map((row) => Object.values(row))]))
        terminal.out(line);
    }
    return EXIT.fine;
  },
};

// baton notify list: the channels of a cluster file, or every kind that there is.
import { EXIT } from "../errors.ts";
import { channelKinds } from "../notify/index.ts";
import { knownChannels } from "../notify/settings.ts";
import { columnsOf } from "../status/columns.ts";
import type { Command, Context, Given } from "./command.ts";
import { clusterOptions, openLayout } from "./open-cluster.ts";

async function rowsOf(given: Given, context: Context): Promise<readonly Record<string, string>[]> {
  if (given["kinds"] === true)
    return channelKinds.map(({ id, tier, summary }) => ({ kind: id, tier, summary }));
  const { cluster } = await openLayout(given, context);
  return knownChannels(cluster.notify ?? []).map(({ plan, kind }) => ({
    name: plan.name,
    kind: kind.id,
    on: plan.on?.join(",") ?? "every agent",
    groups: plan.groups?.join(",") ?? "all",
    severity: plan.severityMin,
    drills: plan.drills ? "yes" : "no",
  }));
}

export const notifyList: Command = {
  id: "notify list",
  summary: "list the channels by which people are told, or with --kinds every kind that there is",
  examples: [
    { line: "baton notify list --kinds", remark: "what a channel can be" },
    { line: "baton notify list --file cluster.yml", remark: "who tells whom of what" },
  ],
  options: [
    ...clusterOptions,
    { flags: "--kinds", summary: "kinds instead of channels; needs no cluster" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const rows = await rowsOf(given, context);
    const { terminal } = context;
    const key = given["kinds"] === true ? "kinds" : "channels";
    if (given["json"] === true) terminal.out(JSON.stringify({ [key]: rows }, undefined, 2));
    else if (rows.length === 0) terminal.out("the cluster file names no channel");
    else {
      const header = Object.keys(rows[0] ?? {});
      for (const line of columnsOf([header, ...rows.map((row) => Object.values(row))]))
        terminal.out(line);
    }
    return EXIT.fine;
  },
};

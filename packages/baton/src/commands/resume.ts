// baton resume: ends a maintenance before its time.
import { EXIT } from "../errors.ts";
import { resumeGroup } from "../maintenance/maintenance.ts";
import type { Command } from "./command.ts";
import { groupsOf } from "./groups.ts";
import { clusterOptions, openCluster } from "./open-cluster.ts";

export const resume: Command = {
  id: "resume",
  summary: "end a maintenance: agents act again at once",
  examples: [{ line: "baton resume", remark: "of the only lab that runs" }],
  options: [
    ...clusterOptions,
    { flags: "--group <name>", summary: "only this group; all of them by default" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const { terminal, clock } = context;
    const { layout, secrets } = await openCluster(given, context);
    const resumed: { readonly group: string; readonly wasPaused: boolean }[] = [];
    for (const group of groupsOf(layout, given["group"])) {
      const wasPaused = await resumeGroup({ layout, group, secrets, clock });
      resumed.push({ group: group.name, wasPaused });
    }
    if (given["json"] === true) terminal.out(JSON.stringify({ resumed }, undefined, 2));
    else
      for (const { group, wasPaused } of resumed)
        terminal.out(
          `${group}: ${wasPaused ? "maintenance has ended, agents act again" : "there was no maintenance"}`,
        );
    return EXIT.fine;
  },
};

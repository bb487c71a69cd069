// baton pause: for maintenance; every agent watches and does nothing until it ends by itself.
import { hostname } from "node:os";
import { parseDuration } from "../cluster/duration.ts";
import { BatonError, EXIT } from "../errors.ts";
import { pauseGroup } from "../maintenance/maintenance.ts";
import type { Command } from "./command.ts";
import { groupsOf } from "./groups.ts";
import { clusterOptions, openCluster } from "./open-cluster.ts";

const HOURS_24_MS = 86_400_000;

function durationFrom(asked: unknown): number {
  const ms = parseDuration(String(asked));
  if (ms !== undefined && ms >= 1_000 && ms <= HOURS_24_MS) return ms;
  throw new BatonError("USAGE", `--for ${String(asked)}: expected 1s to 1440m, as 30m`);
}

/** "paused" alone could be read as if writes were. */
const saidOf = (group: string, until: string, asked: unknown): string =>
  `${group}: agents do nothing for ${String(asked)}, until ${until}; Redis, Sentinel and routers go on`;

export const pause: Command = {
  id: "pause",
  summary: "maintenance: agents watch and record, and do nothing, until the pause ends by itself",
  examples: [
    { line: "baton pause", remark: "for 30 minutes, unless `baton resume` ends it" },
    { line: "baton pause --file cluster.yml --for 5m", remark: "of all groups of this cluster" },
  ],
  options: [
    ...clusterOptions,
    { flags: "--group <name>", summary: "only this group; all of them by default" },
    { flags: "--for <duration>", summary: "how long at most", fallback: "30m" },
    { flags: "--json", summary: "machine-readable" },
  ],
  async run(given, context) {
    const { terminal, clock } = context;
    const forMs = durationFrom(given["for"]);
    const { layout, secrets } = await openCluster(given, context);
    const paused: { readonly group: string; readonly until: string }[] = [];
    for (const group of groupsOf(layout, given["group"])) {
      const { until } = await pauseGroup({ layout, group, secrets, clock }, { forMs, by: hostname() });
      paused.push({ group: group.name, until });
    }
    if (given["json"] === true) terminal.out(JSON.stringify({ paused }, undefined, 2));
    else for (const { group, until } of paused) terminal.out(saidOf(group, until, given["for"]));
    return EXIT.fine;
  },
};

// baton sentinel-start: sees to it that a Sentinel has a file to start with, before systemd starts it.
import { resolve } from "node:path";
import { parseDuration } from "../cluster/duration.ts";
import { endpointText } from "../decide/agree.ts";
import { BatonError, EXIT } from "../errors.ts";
import { startSentinel } from "../node-start/sentinel-start.ts";
import type { Command, Given } from "./command.ts";
import { openClusterFile } from "./open-cluster.ts";

const WAIT_MS_MAX = 600_000;

function waitMsFrom({ wait }: Given): number {
  const waitMs = typeof wait === "string" ? parseDuration(wait) : undefined;
  if (waitMs !== undefined && waitMs <= WAIT_MS_MAX) return waitMs;
  throw new BatonError(
    "USAGE",
    `--wait: expected a duration up to 10m such as 5s, found ${String(wait)}`,
  );
}

/**
 * A Sentinel's file is its state, and what is in it is never written over. Only where there is none, on a new
 * host or an emptied disk, it is made of the settings: with the primary that a majority of the other
 * Sentinels names, and not with that of the first day, which a copied file would have.
 */
export const sentinelStart: Command = {
  id: "sentinel-start",
  summary: "give a Sentinel without state a file that names today's primary; state is never touched",
  examples: [
    {
      line: "baton sentinel-start --file cluster.yml --host h1 --config FILE --settings SETTINGS",
      remark: "for ExecStartPre=; then ExecStart=redis-sentinel FILE",
    },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file" },
    { flags: "--host <name>", summary: "the host of the cluster file that this is" },
    { flags: "--config <path>", summary: "the Sentinel's own file, which it rewrites" },
    { flags: "--settings <path>", summary: "what it is made of where there is none" },
    {
      flags: "--wait <duration>",
      summary: "how long the other Sentinels are asked for the primary",
      fallback: "5s",
    },
  ],
  async run(given, { terminal, clock, environment, signal }) {
    const { file, host, config, settings } = given;
    if ([file, host, config, settings].some((one) => typeof one !== "string"))
      throw new BatonError("USAGE", "sentinel-start needs --file, --host, --config and --settings");
    const { layout, secrets } = await openClusterFile(String(file), environment);
    const self = layout.sentinels.find(({ id }) => id === host);
    if (self === undefined)
      throw new BatonError("USAGE", `host ${String(host)} runs no Sentinel in the cluster file`);
    const start = await startSentinel(
      {
        layout,
        self,
        secrets,
        clock,
        configPath: resolve(String(config)),
        settingsPath: resolve(String(settings)),
        waitMs: waitMsFrom(given),
      },
      signal,
    );
    if (start.kind === "kept") terminal.note(`${self.id}: its file is there, and stays as it is`);
    else {
      for (const { group, primary, epoch } of start.followed)
        terminal.note(
          `${self.id}: ${group}: ${endpointText(primary)}, as the others say, in epoch ${epoch}`,
        );
      for (const group of start.unknown)
        terminal.note(`${self.id}: ${group}: its first primary, as no majority names one`);
    }
    return EXIT.fine;
  },
};

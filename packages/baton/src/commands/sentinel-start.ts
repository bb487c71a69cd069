// baton sentinel-start: makes the file that a Sentinel starts with, before systemd starts it.
import { resolve } from "node:path";
import { parseDuration } from "../cluster/duration.ts";
import { counted, printable } from "../cluster/text.ts";
import { endpointText } from "../decide/agree.ts";
import { BatonError, EXIT } from "../errors.ts";
import { type SentinelStart, startSentinel } from "../node-start/sentinel-start.ts";
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

const wordFor = { replica: "replica", sentinel: "Sentinel" } as const;

/** A sentence for whatever a person would otherwise have to find out by comparing files. */
function notesOn({ merged, isWritten }: Extract<SentinelStart, { kind: "merged" }>): readonly string[] {
  const { kept, made, forgotten, ended, unreadable } = merged;
  const [line] = unreadable;
  return [
    ...(line === undefined
      ? []
      : [
          `${counted(unreadable.length, "line")} of its state cannot be read, first line ${line}: left out`,
        ]),
    ...kept.map(({ group, primary, epoch, isMember }) => {
      const stranger = isMember ? "" : "; the cluster file has no such node, and nobody is forgotten";
      return `${group}: ${endpointText(primary)}, as it remembers, in epoch ${epoch}${stranger}`;
    }),
    ...made.map(({ group, followed }) =>
      followed === undefined
        ? `${group}: its first primary, as no majority names one`
        : `${group}: ${endpointText(followed.primary)}, as the others say, in epoch ${followed.epoch}`,
    ),
    ...forgotten.map(
      ({ group, kind, endpoint }) =>
        `${group}: the ${wordFor[kind]} ${endpointText(endpoint)} is in the cluster file no more: forgotten`,
    ),
    ...ended.map((group) => `${printable(group)}: in the settings no more: not watched`),
    ...(isWritten ? [] : ["its file says all that already"]),
  ];
}

/**
 * A Sentinel's own file holds both what Baton has written and what Sentinel has to remember. It is made of
 * the settings at every start, as a node's file is, and what is remembered is carried over. What cannot
 * be, on a new host or an emptied disk, the other Sentinels are asked for: the primary of the first day,
 * which a copied file would name, may be a replica today.
 */
export const sentinelStart: Command = {
  id: "sentinel-start",
  summary: "make the file that a Sentinel starts with: the settings of today, and what it remembers",
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
    { flags: "--settings <path>", summary: "what Baton has rendered for it, read at every start" },
    { flags: "--record <file>", summary: "for `baton converge`: what was started; root's alone" },
    {
      flags: "--wait <duration>",
      summary: "how long the other Sentinels are asked for a primary that it does not remember",
      fallback: "5s",
    },
  ],
  async run(given, { terminal, clock, environment, signal }) {
    const { file, host, config, settings, record } = given;
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
        settings: {
          settingsPath: resolve(String(settings)),
          recordPath: typeof record === "string" ? resolve(record) : undefined,
          clusterFile: String(file),
          environment,
        },
        waitMs: waitMsFrom(given),
      },
      signal,
    );
    const notes = start.kind === "kept" ? [`its file stays as it is: ${start.because}`] : notesOn(start);
    for (const note of notes) terminal.note(`${self.id}: ${note}`);
    return EXIT.fine;
  },
};

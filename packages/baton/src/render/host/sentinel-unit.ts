// How systemd starts the Sentinels: Debian's unit, with a drop-in that keeps their state out of /etc.
import type { SentinelPlan } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";
import { CLUSTER_FILE, PROGRAM, recordPath, SENTINEL } from "./places.ts";
import { command, remark, unitText } from "./unit-text.ts";

function file({ id: host }: SentinelPlan): RenderedFile {
  const { unit, settings, config, dataDirectory } = SENTINEL;
  const start = command(
    `${PROGRAM} sentinel-start --file ${CLUSTER_FILE} --host ${host} --config ${config} ` +
      `--settings ${settings} --record ${recordPath(unit)}`,
  );
  const server = command(`/usr/bin/redis-sentinel ${config} --supervised systemd --daemonize no`);
  const text = unitText(
    ["How Baton has systemd start this host's Sentinel; the unit itself is Debian's."],
    [
      {
        name: "Unit",
        lines: [
          ["Wants", "network-online.target"],
          ["After", "network-online.target"],
          ["StartLimitIntervalSec", 0],
        ],
      },
      {
        name: "Service",
        lines: [
          remark("Its file is made of the settings and of what it remembers, at every start."),
          ["ExecStartPre", `+${start}`],
          ["ExecStart", ""],
          ["ExecStart", server],
          ["ReadWritePaths", dataDirectory],
          ["TimeoutStartSec", "1min"],
          ["Restart", "always"],
          ["RestartSec", "1s"],
          ["OOMScoreAdjust", -900],
        ],
      },
    ],
  );
  return { host, path: `/etc/systemd/system/${unit}.d/baton.conf`, readers: "everybody", text };
}

export const sentinelUnit: Renderer = {
  id: "sentinel-unit",
  summary:
    "systemd drop-in of every Sentinel: its state lies where it may be written, and outlives new settings.",
  files: ({ layout }) => layout.sentinels.map(file),
};

// How systemd starts the Redis nodes: Debian's unit, with a drop-in that asks Sentinel for the role first.
import type { GroupPlan, NodePlan } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";
import { CLUSTER_FILE, PROGRAM, recordPath, redisPlaces, STATE_FOLDER } from "./places.ts";
import { command, remark, unitText } from "./unit-text.ts";

function file({ name }: GroupPlan, { host }: NodePlan): RenderedFile {
  const { unit, settings, config, role, bootstrap } = redisPlaces(name);
  const start = command(
    `${PROGRAM} node-start --file ${CLUSTER_FILE} --host ${host} --group ${name} --config ${config} ` +
      `--settings ${settings} --state ${STATE_FOLDER} --environment-file ${role} ` +
      `--record ${recordPath(unit)} --bootstrap-once ${bootstrap}`,
  );
  const server = command(`/usr/bin/redis-server ${config} --supervised systemd --daemonize no`);
  const text = unitText(
    [`How Baton has systemd start the node of group ${name}; the unit itself is Debian's.`],
    [
      {
        name: "Unit",
        lines: [
          ["Wants", "network-online.target"],
          ["After", "network-online.target"],
          remark("A start that is refused, as of a primary without its data, is tried again for ever."),
          ["StartLimitIntervalSec", 0],
        ],
      },
      {
        name: "Service",
        lines: [
          remark("Outside the sandbox of the unit, which lets nothing run but redis-server."),
          ["ExecStartPre", `+${start}`],
          ["EnvironmentFile", `-${role}`],
          ["ExecStart", ""],
          ["ExecStart", `${server} $REDIS_START_ARGUMENTS`],
          remark("Waiting for a failover and loading the data both count as starting."),
          ["TimeoutStartSec", "30min"],
          ["Restart", "always"],
          ["RestartSec", "1s"],
          remark("The kernel shall take something else when memory is short."),
          ["OOMScoreAdjust", -900],
        ],
      },
    ],
  );
  return { host, path: `/etc/systemd/system/${unit}.d/baton.conf`, readers: "everybody", text };
}

export const redisUnit: Renderer = {
  id: "redis-unit",
  summary: "systemd drop-in of every Redis node: its role is asked for before it starts.",
  files: ({ layout }) => layout.groups.flatMap((group) => group.nodes.map((node) => file(group, node))),
};

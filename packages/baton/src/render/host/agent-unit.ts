// How systemd starts Baton itself: the agent, or on a host that runs a router and no agent, the router.
import { dirname } from "node:path";
import { hostNamed } from "../../cluster/layout.ts";
import type { AgentPlan, Layout } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";
import { CLUSTER_FILE, PROGRAM, STATE_FOLDER } from "./places.ts";
import { command, remark, unitText, type UnitLine } from "./unit-text.ts";

/** V8 makes code at run time, so that MemoryDenyWriteExecute would end it. */
const SANDBOX: readonly UnitLine[] = [
  ["NoNewPrivileges", "yes"],
  ["CapabilityBoundingSet", ""],
  ["ProtectSystem", "strict"],
  ["ProtectHome", "yes"],
  ["PrivateTmp", "yes"],
  ["PrivateDevices", "yes"],
  ["ProtectClock", "yes"],
  ["ProtectControlGroups", "yes"],
  ["ProtectHostname", "yes"],
  ["ProtectKernelLogs", "yes"],
  ["ProtectKernelModules", "yes"],
  ["ProtectKernelTunables", "yes"],
  ["LockPersonality", "yes"],
  ["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"],
  ["RestrictNamespaces", "yes"],
  ["RestrictRealtime", "yes"],
  ["RestrictSUIDSGID", "yes"],
  ["SystemCallArchitectures", "native"],
];

/** Kinds of targets that are a file of the host. */
const FILE_KINDS: readonly string[] = ["file", "nginx-stream"];

/** Folders that this host's agent writes into, because such a target lies there. */
function targetFolders({ cluster }: Layout, host: string): readonly string[] {
  const paths = cluster.targets
    .filter(({ kind, on }) => FILE_KINDS.includes(kind) && on.includes(host))
    .flatMap(({ settings }) => (typeof settings["path"] === "string" ? [settings["path"]] : []));
  return [...new Set(paths.map((path) => dirname(path)))].sort();
}

function file(layout: Layout, { id: host }: AgentPlan): RenderedFile {
  const { runs } = hostNamed(layout.cluster, host);
  const word = runs.includes("agent") ? "agent" : "router";
  const start = command(
    `${PROGRAM} ${word} --file ${CLUSTER_FILE} --host ${host} --state ${STATE_FOLDER}`,
  );
  const text = unitText(
    [`Baton's ${word} on host ${host}.`],
    [
      {
        name: "Unit",
        lines: [
          ["Description", `Baton ${word}: leads clients to the primary`],
          ["Wants", "network-online.target"],
          ["After", "network-online.target"],
          ["StartLimitIntervalSec", 0],
        ],
      },
      {
        name: "Service",
        lines: [
          ["Type", "exec"],
          ["User", "baton"],
          ["Group", "baton"],
          ["StateDirectory", "baton"],
          ["StateDirectoryMode", "0750"],
          ["UMask", "0027"],
          ["ExecStart", start],
          ["Restart", "always"],
          ["RestartSec", "1s"],
          remark("Sessions of clients may end in order for 10 s."),
          ["TimeoutStopSec", "20s"],
          ["KillMode", "mixed"],
          ["LimitNOFILE", 65_535],
          ...SANDBOX,
          ...targetFolders(layout, host).map((folder): UnitLine => ["ReadWritePaths", `-${folder}`]),
        ],
      },
      { name: "Install", lines: [["WantedBy", "multi-user.target"]] },
    ],
  );
  return { host, path: `/etc/systemd/system/baton-${word}.service`, readers: "everybody", text };
}

export const agentUnit: Renderer = {
  id: "agent-unit",
  summary: "systemd unit of every agent, and of routers on hosts without one.",
  files: ({ layout }) => layout.agents.map((agent) => file(layout, agent)),
};

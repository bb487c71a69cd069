// redis.conf of every node: any of them can become primary, so all are alike but for their addresses and
// the first role.
import { pingPeriodSeconds, REPLICA_PRIORITY } from "../cluster/shared-keys.ts";
import { OWN_SETTINGS } from "../cluster/watched-settings.ts";
import { assert } from "../errors.ts";
import type { GroupPlan, NodePlan } from "../cluster/types.ts";
import { redisUsers } from "./acl.ts";
import { type Line, comment, directive, render } from "./directives.ts";
import type { RenderInput, Renderer, RenderedFile, Site } from "./renderer.ts";
import { portLines } from "./tls.ts";

function processLines(node: NodePlan, { layout, site }: RenderInput): readonly Line[] {
  const { dataDirectory, log } = site.redis(node);
  return [
    directive("bind", site.listenAddress(node.host)),
    ...portLines(layout.cluster, node.port),
    directive("protected-mode", "yes"),
    directive("dir", dataDirectory),
    directive("logfile", log),
    directive("daemonize", "no"),
    directive("supervised", "no"),
    // The title would hide the command line by which the process is found again.
    directive("set-proc-title", "no"),
    directive("tcp-keepalive", 60),
    directive("latency-monitor-threshold", 100),
    // On SIGTERM a primary pauses writes and waits for its replicas; the default of 10 s outlasts most
    // objectives.
    directive("shutdown-timeout", 5),
  ];
}

// The same on all nodes: persistence switched off on a replica would be persistence switched off on the
// next primary.
const persistenceLines: readonly Line[] = [
  directive("appendonly", OWN_SETTINGS.appendonly),
  directive("appendfsync", "everysec"),
  directive("save", "3600 1 300 100 60 10000"),
  // A failed snapshot would make PING answer MISCONF, and Sentinel take a live primary (and each
  // replica) for down. The append-only file is what keeps the data; its own write errors still stop the
  // writes.
  directive("stop-writes-on-bgsave-error", "no"),
];

function replicationLines(
  group: GroupPlan,
  node: NodePlan,
  { secrets, site }: RenderInput,
): readonly Line[] {
  const { firstPrimary, timings } = group;
  const isFirst = node.id === firstPrimary.id;
  return [
    // Connections to the primary must come from the announced address: firewalls and the lab's wires go
    // by it.
    directive("bind-source-addr", node.address),
    directive("replica-announce-ip", node.address),
    directive("replica-announce-port", node.port),
    ...(isFirst || site.tellsRole
      ? []
      : [directive("replicaof", firstPrimary.address, firstPrimary.port)]),
    // On the first primary too: without it, it could never rejoin after a failover.
    directive("masteruser", "replication"),
    directive("masterauth", secrets.replication),
    directive("replica-priority", REPLICA_PRIORITY),
    directive("min-replicas-to-write", timings.minReplicasToWrite.value),
    directive("min-replicas-max-lag", timings.minReplicasMaxLagSeconds.value),
    directive("repl-diskless-sync", "yes"),
    directive("repl-diskless-sync-delay", 0),
    directive("repl-backlog-size", OWN_SETTINGS["repl-backlog-size"]),
    // A link that is silent (a healed partition, TCP in its long retransmission pauses) is opened anew
    // after 20 s; with the backlog that is cheap, and min-replicas-to-write may be waiting for it.
    directive("repl-ping-replica-period", pingPeriodSeconds({})),
    directive("repl-timeout", 20),
  ];
}

/**
 * Settings of the cluster file take the place of Baton's own line of that name, so that no name stands
 * there twice.
 */
function withSettings(
  lines: readonly Line[],
  settings: Readonly<Record<string, string>>,
): readonly Line[] {
  const kept = lines.filter((line) => line.kind === "comment" || settings[line.name] === undefined);
  const names = Object.keys(settings).sort();
  return [...kept, ...names.map((name) => settingLine(name, settings[name] ?? ""))];
}

function settingLine(name: string, value: string): Line {
  assert(
    /^[a-z][a-z0-9-]*$/.test(name),
    `"${name}" is no name of a Redis directive and must not reach a renderer`,
  );
  return directive(name, value);
}

function headOf({ name }: GroupPlan, { id }: NodePlan, { tellsRole }: Site): readonly Line[] {
  const what = `Redis node ${id} of group ${name}, written by Baton`;
  if (tellsRole)
    return [
      comment(`${what}: its settings, and not its role.`),
      comment(
        "`baton node-start` copies it to where Redis may rewrite it, at every start, and says the role.",
      ),
    ];
  return [
    comment(`${what} for its first start.`),
    comment("Redis rewrites this file at every failover (CONFIG REWRITE) and keeps its role in it:"),
    comment("to render it again over a running cluster would undo the last failover."),
  ];
}

function file(group: GroupPlan, node: NodePlan, input: RenderInput): RenderedFile {
  const own = [
    ...processLines(node, input),
    ...persistenceLines,
    ...replicationLines(group, node, input),
  ];
  const settled = withSettings(own, input.layout.cluster.redisSettings);
  return {
    host: node.host,
    path: input.site.redis(node).config,
    readers: "redis",
    text: render([...headOf(group, node, input.site), ...settled, ...redisUsers(input.secrets)]),
  };
}

/**
 * One redis.conf a node, for Redis alone because it holds the replication password in clear. Needs Redis
 * 7.0 or later (or Valkey 8 or later). Where nothing else tells a node its role, `replicaof` is that of the
 * first start only: from then on the file is Redis' own.
 */
export const redisConf: Renderer = {
  id: "redis-conf",
  summary: "redis.conf of every node, with ACL users, persistence and replication.",
  files: (input) =>
    input.layout.groups.flatMap((group) => group.nodes.map((node) => file(group, node, input))),
};

// sentinel.conf of every Sentinel: each watches every group, by the timings that follow from the
// objectives.
import type { GroupPlan, SentinelPlan } from "../cluster/types.ts";
import { sentinelUsers } from "./acl.ts";
import { type Line, comment, directive, render } from "./directives.ts";
import type { RenderInput, Renderer, RenderedFile } from "./renderer.ts";
import { portLines } from "./tls.ts";

function processLines(sentinel: SentinelPlan, { layout, site, secrets }: RenderInput): readonly Line[] {
  const { dataDirectory, log } = site.sentinel(sentinel);
  return [
    directive("bind", site.listenAddress(sentinel.id)),
    ...portLines(layout.cluster, sentinel.port),
    // Sentinel switches it off unless told otherwise. With a password it refuses nobody; it bites if
    // that is ever lost.
    directive("protected-mode", "yes"),
    directive("dir", dataDirectory),
    directive("logfile", log),
    directive("daemonize", "no"),
    directive("supervised", "no"),
    directive("set-proc-title", "no"),
    directive("bind-source-addr", sentinel.address),
    directive("sentinel", "announce-ip", sentinel.address),
    directive("sentinel", "announce-port", sentinel.port),
    // Names are looked up inside Sentinel's event loop: one slow DNS server, and it goes into TILT.
    directive("sentinel", "resolve-hostnames", "no"),
    directive("sentinel", "deny-scripts-reconfig", "yes"),
    directive("sentinel", "sentinel-user", "peer"),
    directive("sentinel", "sentinel-pass", secrets.peer),
  ];
}

/** With a shorter down-after than this doctor asks who shortens the TILT period, as agents do. */
const SHORT_MS = 3_000;

function groupLines(
  { name, firstPrimary, timings }: GroupPlan,
  { id }: SentinelPlan,
  { secrets, layout }: RenderInput,
): readonly Line[] {
  const hasAgent = layout.agents.some((agent) => agent.id === id);
  const isShort = timings.downAfterMs.value <= SHORT_MS;
  const reason = "the agent of this host shortens the TILT period after each start of the Sentinel";
  return [
    directive(
      "sentinel",
      "monitor",
      name,
      firstPrimary.address,
      firstPrimary.port,
      timings.quorum.value,
    ),
    directive("sentinel", "auth-user", name, "sentinel"),
    directive("sentinel", "auth-pass", name, secrets.sentinel),
    ...(isShort && hasAgent ? [comment(`baton-doctor-ignore SEN029: ${reason}`)] : []),
    directive("sentinel", "down-after-milliseconds", name, timings.downAfterMs.value),
    directive("sentinel", "failover-timeout", name, timings.failoverTimeoutMs.value),
    directive("sentinel", "parallel-syncs", name, timings.parallelSyncs.value),
  ];
}

function file(sentinel: SentinelPlan, input: RenderInput): RenderedFile {
  const head = [
    comment(`Settings of the Sentinel ${sentinel.id}, written by Baton.`),
    comment(
      "The file that a Sentinel runs with holds its state, too: id, votes, the primary it follows.",
    ),
    comment("To copy settings over such a file would undo the last failover."),
  ];
  const groups = input.layout.groups.flatMap((group) => groupLines(group, sentinel, input));
  return {
    host: sentinel.id,
    path: input.site.sentinel(sentinel).config,
    readers: "redis",
    text: render([
      ...head,
      ...processLines(sentinel, input),
      ...groups,
      ...sentinelUsers(input.secrets),
    ]),
  };
}

/**
 * One sentinel.conf a Sentinel, for Redis alone because it holds two passwords in clear. Needs Redis 7.0
 * or later (or Valkey 8 or later). Its folder must be writable for the process: Sentinel replaces the file at
 * every vote.
 */
export const sentinelConf: Renderer = {
  id: "sentinel-conf",
  summary: "sentinel.conf of every Sentinel, with ACL users and all groups.",
  files: (input) => input.layout.sentinels.map((sentinel) => file(sentinel, input)),
};

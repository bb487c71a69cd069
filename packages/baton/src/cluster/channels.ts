// The channels of a cluster file: as plans, and what must hold between them, hosts and groups. Pure.
import type { GroupEntry } from "./checks.ts";
import type { Problem } from "./issues.ts";
import type { ClusterFile } from "./schema.ts";
import { listed, quoted } from "./text.ts";
import type { ChannelPlan, Host } from "./types.ts";
import type { Path } from "./yaml-source.ts";

type Written = ClusterFile["notify"];

export function channelPlans(channels: Written): readonly ChannelPlan[] {
  return channels.map(({ name, kind, on, groups, severity, settle, drills, ...settings }) => ({
    name,
    kind,
    ...(on === undefined ? {} : { on }),
    ...(groups === undefined ? {} : { groups }),
    severityMin: severity,
    settleMs: settle,
    drills,
    settings,
  }));
}

/** A notice is sent by an agent: a host that runs a router alone watches, and tells nobody. */
export function channelProblems(
  channels: Written,
  hosts: readonly Host[],
  entries: readonly GroupEntry[],
): Problem[] {
  const agents = hosts.filter(({ runs }) => runs.includes("agent")).map(({ name }) => name);
  const known = entries.map(({ group }) => group.name);
  const taken = new Set<string>();
  return channels.flatMap(({ name, on = [], groups = [] }, index): Problem[] => {
    const path: Path = ["notify", index];
    const isTaken = taken.has(name);
    taken.add(name);
    const twice = `Another channel is already called ${name}`;
    return [
      ...(isTaken ? [{ path: [...path, "name"], message: twice }] : []),
      ...[...on.entries()].flatMap(([position, host]) => {
        if (agents.includes(host)) return [];
        const message = `No agent runs on ${quoted(host)}; agents run on ${listed(agents)}`;
        return [{ path: [...path, "on", position], message }];
      }),
      ...[...groups.entries()].flatMap(([position, group]) => {
        if (known.includes(group)) return [];
        return [
          {
            path: [...path, "groups", position],
            message: `No group ${quoted(group)}: ${listed(known)}`,
          },
        ];
      }),
    ];
  });
}

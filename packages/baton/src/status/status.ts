// The state of a group as people and scripts see it: the contract of `baton status --json`. Pure.
import type { DrillNote, RunningDrill } from "../cluster/drill-note.ts";
import type { Endpoint, GroupPlan, Layout } from "../cluster/types.ts";
import { agree, endpointText } from "../decide/agree.ts";
import { pauseIn } from "../decide/decide.ts";
import type { Confirmations, Problem, Route } from "../decide/types.ts";
import type { NodeView, Observation, Pause, TargetNote, View } from "../observe/types.ts";
import type { DecisionStatus } from "./newest-decision.ts";

export interface NodeStatus {
  readonly id: string;
  readonly host: string;
  readonly zone: string;
  readonly address: string;
  readonly port: number;
  readonly role: "primary" | "replica" | "unknown";
  /** Of a replica: connect, connecting, sync, connected. */
  readonly link: string | null;
  /** Whom a replica follows: address:port. */
  readonly of: string | null;
  readonly offsetBytes: number | null;
  /** Bytes behind the routed or agreed primary; null when either offset is unknown. */
  readonly lagBytes: number | null;
  /** Why the role is unknown. */
  readonly reason: string | null;
}

export interface SentinelStatus {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly state: "heard" | "silent";
  readonly primary: Endpoint | null;
  readonly epoch: number | null;
  readonly flags: readonly string[];
  readonly tilt: boolean;
  readonly reason: string | null;
}

/** What whoever looks knows beside the present look. */
export interface Known {
  /** Since when the observer holds this route, ISO 8601; null: there is none, or it has looked once. */
  readonly routeSince: string | null;
  /** The newest decision that said something new: what is done, or would be, and why. */
  readonly decision: DecisionStatus | null;
  /** Why the observer distrusts itself at present. */
  readonly doubts: readonly string[];
  /** A drill under way on the group's hosts, or in its lab. */
  readonly drill: RunningDrill | null;
  /** How the last drills ended, newest first; at most 20. */
  readonly drills: readonly DrillNote[];
}

export interface GroupStatus extends Known {
  readonly name: string;
  readonly route:
    | {
        readonly kind: "primary";
        readonly host: string;
        readonly address: string;
        readonly port: number;
        readonly epoch: number;
        readonly confirmed: boolean;
      }
    | { readonly kind: "none"; readonly reason: string };
  /** What `durability: replicated` asks for at present. */
  readonly confirmations: Confirmations;
  readonly problems: readonly Problem[];
  readonly nodes: readonly NodeStatus[];
  readonly sentinels: readonly SentinelStatus[];
  /** As the agents that serve them have written down within the last 30 s. */
  readonly targets: readonly TargetNote[];
  /** Maintenance. */
  readonly pause: Pause | null;
}

export interface Status {
  /** The agent's host, or "command" when `baton status` looked by itself. */
  readonly observedBy: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly groups: readonly GroupStatus[];
}

function routeOf(route: Route, group: GroupPlan): GroupStatus["route"] {
  if (route.kind === "none") return { kind: "none", reason: route.reason };
  const host = group.nodes.find(({ id }) => id === route.node)?.host ?? route.node;
  const { address, port } = route.endpoint;
  return { kind: "primary", host, address, port, epoch: route.epoch, confirmed: route.confirmed };
}

function nodeStatus(group: GroupPlan, view: NodeView, primaryOffset: number | undefined): NodeStatus[] {
  const plan = group.nodes.find(({ id }) => id === view.node);
  if (plan === undefined) return [];
  const { id, host, zone, address, port } = plan;
  const place = { id, host, zone, address, port };
  const unknown = { link: null, of: null, offsetBytes: null, lagBytes: null, reason: null };
  switch (view.kind) {
    case "primary":
      return [{ ...place, ...unknown, role: "primary", offsetBytes: view.offsetBytes }];
    case "replica": {
      const { link, of, offsetBytes } = view;
      // Both were asked within milliseconds, not at the same instant: a replica may seem ahead.
      const lagBytes = primaryOffset === undefined ? null : Math.max(0, primaryOffset - offsetBytes);
      return [
        { ...place, ...unknown, role: "replica", link, of: endpointText(of), offsetBytes, lagBytes },
      ];
    }
    case "silent":
      return [{ ...place, ...unknown, role: "unknown", reason: view.reason }];
  }
}

function sentinelStatus(layout: Layout, view: View): SentinelStatus[] {
  const plan = layout.sentinels.find(({ id }) => id === view.sentinel);
  if (plan === undefined) return [];
  const { id, address, port } = plan;
  if (view.kind === "silent") {
    const nothing = { primary: null, epoch: null, flags: [], tilt: false };
    return [{ id, address, port, state: "silent", ...nothing, reason: view.reason }];
  }
  const { primary, configEpoch, flags, tilt } = view;
  return [{ id, address, port, state: "heard", primary, epoch: configEpoch, flags, tilt, reason: null }];
}

export function groupStatus(options: {
  readonly layout: Layout;
  readonly group: GroupPlan;
  readonly observation: Observation;
  readonly route: Route;
  readonly confirmations: Confirmations;
  readonly problems: readonly Problem[];
  readonly known: Known;
}): GroupStatus {
  const { layout, group, observation, route, confirmations, problems, known } = options;
  const routed = observation.nodes.find(({ node }) => route.kind === "primary" && node === route.node);
  const primaryOffset = routed?.kind === "primary" ? routed.offsetBytes : undefined;
  return {
    name: group.name,
    route: routeOf(route, group),
    routeSince: known.routeSince,
    decision: known.decision,
    doubts: known.doubts,
    pause: pauseIn({ group, observation }, agree(observation.views)) ?? null,
    drill: known.drill,
    confirmations,
    problems,
    nodes: observation.nodes.flatMap((view) => nodeStatus(group, view, primaryOffset)),
    sentinels: observation.views.flatMap((view) => sentinelStatus(layout, view)),
    targets: routed !== undefined && routed.kind !== "silent" ? (routed.targets ?? []) : [],
    drills: known.drills,
  };
}

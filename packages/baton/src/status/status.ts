// The state of a group as people and scripts see it: the contract of `baton status --json`. Pure.
import type { Endpoint, GroupPlan, Layout } from "../cluster/types.ts";
import { endpointText } from "../decide/agree.ts";
import type { Confirmations, Problem, Route } from "../decide/types.ts";
import type { NodeView, Observation, TargetNote, View } from "../observe/types.ts";

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

export interface GroupStatus {
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
}): GroupStatus {
  const { layout, group, observation, route, confirmations, problems } = options;
  const routed = observation.nodes.find(({ node }) => route.kind === "primary" && node === route.node);
  const primaryOffset = routed?.kind === "primary" ? routed.offsetBytes : undefined;
  return {
    name: group.name,
    route: routeOf(route, group),
    confirmations,
    problems,
    nodes: observation.nodes.flatMap((view) => nodeStatus(group, view, primaryOffset)),
    sentinels: observation.views.flatMap((view) => sentinelStatus(layout, view)),
    targets: routed !== undefined && routed.kind !== "silent" ? (routed.targets ?? []) : [],
  };
}

// The one table of metrics: name, kind, labels and meaning. The registry and the docs are made from it.
import { CLUSTER_METRICS } from "./table-cluster.ts";

export interface MetricSpec {
  readonly kind: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

/** Of the agent itself, and what it sees of a group at any moment. */
const OWN_METRICS = {
  baton_agreement: {
    kind: "gauge",
    help: "1 when a majority of the Sentinels names the same primary, 0 otherwise.",
    labels: ["group"],
  },
  baton_decision_age_seconds: {
    kind: "gauge",
    help: "Time since the last turn of the loop; above 1.5 the agent is stuck.",
    labels: ["group"],
  },
  baton_decisions_total: {
    kind: "counter",
    help: "Decisions by kind; stay and hold change nothing.",
    labels: ["group", "kind"],
  },
  baton_doubt: {
    kind: "gauge",
    help: "1 when the last turn distrusted this process: stalled, or a clock that jumped.",
    labels: ["group"],
  },
  baton_event_loop_delay_seconds: {
    kind: "gauge",
    help: "Delay of the event loop since the last scrape, by the share that was no longer; 1: the longest.",
    labels: ["share"],
  },
  baton_failed_actions_total: {
    kind: "counter",
    help: "Things the agent tried and the world refused.",
    labels: ["group"],
  },
  baton_failovers_total: {
    kind: "counter",
    help: "Changes of the confirmed primary to a newer epoch since this agent started.",
    labels: ["group"],
  },
  baton_fences_total: {
    kind: "counter",
    help: "Nodes that were made replicas because they still took the role of a primary.",
    labels: ["group", "outcome"],
  },
  baton_info: {
    kind: "gauge",
    help: "1, with the host and the version of this agent.",
    labels: ["host", "version"],
  },
  baton_node_role: {
    kind: "gauge",
    help: "1 for the role that the node itself names; unknown when it does not answer.",
    labels: ["group", "node", "role"],
  },
  baton_notices_total: {
    kind: "counter",
    help: "Messages to people by channel and outcome; failed are given up, retried are tried again.",
    labels: ["channel", "outcome"],
  },
  baton_notices_waiting: {
    kind: "gauge",
    help: "Notices that this agent has yet to tell people of, or would if no other one did.",
    labels: [],
  },
  baton_problem: {
    kind: "gauge",
    help: "1 for every problem that there is now; see `baton status`.",
    labels: ["group", "code", "severity"],
  },
  baton_replica_lag_bytes: {
    kind: "gauge",
    help: "How far a replica is behind the routed primary; absent when unknown.",
    labels: ["group", "node"],
  },
  baton_replica_link_up: {
    kind: "gauge",
    help: "1 when a replica is connected to its primary.",
    labels: ["group", "node"],
  },
  baton_replicas_to_confirm: {
    kind: "gauge",
    help: "Replicas that must confirm a write, 0 while writes are refused; absent with `durability: async`.",
    labels: ["group"],
  },
  baton_route_epoch: {
    kind: "gauge",
    help: "Epoch of the route; absent while there is none.",
    labels: ["group"],
  },
  baton_route_info: {
    kind: "gauge",
    help: "1 for the node that writes go to; confirmed is false for an early route.",
    labels: ["group", "node", "confirmed"],
  },
  baton_router_accepted_total: {
    kind: "counter",
    help: "Sessions that the routers of this host have accepted.",
    labels: ["group"],
  },
  baton_router_commands_total: {
    kind: "counter",
    help: "Commands of clients sent to a primary, those sent again included, those of subscribers not.",
    labels: ["group"],
  },
  baton_router_confirmation_wait_seconds: {
    kind: "histogram",
    help: "How long replies were kept back until enough replicas had the write, or it was given up.",
    labels: ["group"],
  },
  baton_router_cut_total: {
    kind: "counter",
    help: "Sessions reset because they could not be moved to another primary, or the router closed.",
    labels: ["group"],
  },
  baton_router_handshake_failures_total: {
    kind: "counter",
    help: "Clients that did not come to speak TLS with the router, by port: writes or reads.",
    labels: ["group", "port"],
  },
  baton_router_held_sessions: {
    kind: "gauge",
    help: "Sessions that wait for a primary.",
    labels: ["group"],
  },
  baton_router_hold_seconds: {
    kind: "histogram",
    help: "How long clients waited for a primary, whether they got one or not.",
    labels: ["group"],
  },
  baton_router_lost_total: {
    kind: "counter",
    help: "Sessions that ended because the primary closed them, by a crash or in a switchover.",
    labels: ["group"],
  },
  baton_router_moved_total: {
    kind: "counter",
    help: "Times a session left a primary, with the next one to take over, and its client did not notice.",
    labels: ["group"],
  },
  baton_router_process_deaths_total: {
    kind: "counter",
    help: "Processes that served clients and ended without being told to.",
    labels: [],
  },
  baton_router_processes: {
    kind: "gauge",
    help: "Processes that serve clients beside this one; 0 when this one serves them itself.",
    labels: [],
  },
  baton_router_protocol_errors_total: {
    kind: "counter",
    help: "Sessions that ended because the client sent what is no command.",
    labels: ["group"],
  },
  baton_router_reads_accepted_total: {
    kind: "counter",
    help: "Sessions that the ports for reads have accepted.",
    labels: ["group"],
  },
  baton_router_reads_cut_total: {
    kind: "counter",
    help: "Sessions of readers reset because their replica fell behind or was lost, or the router closed.",
    labels: ["group"],
  },
  baton_router_reads_refused_total: {
    kind: "counter",
    help: "Readers told to try again: no replica, or as many clients as there may be.",
    labels: ["group"],
  },
  baton_router_reads_replicas: {
    kind: "gauge",
    help: "Replicas that may be read from at present; absent without a port for reads.",
    labels: ["group"],
  },
  baton_router_reads_sessions: {
    kind: "gauge",
    help: "Sessions of readers by node; the primary is there when it is the fallback.",
    labels: ["group", "node"],
  },
  baton_router_received_bytes_total: {
    kind: "counter",
    help: "Bytes that the router has read, from its clients and from the primary.",
    labels: ["group", "from"],
  },
  baton_router_refused_total: {
    kind: "counter",
    help: "Clients told to try again, by the bound that they met.",
    labels: ["group", "bound"],
  },
  baton_router_released_total: {
    kind: "counter",
    help: "Sessions that waited and then got their primary.",
    labels: ["group"],
  },
  baton_router_sessions: { kind: "gauge", help: "Sessions at the moment.", labels: ["group"] },
  baton_router_unconfirmed_total: {
    kind: "counter",
    help: "Sessions that ended with NOREPLICAS: too few replicas had, or would have, what they wrote.",
    labels: ["group"],
  },
  baton_sentinel_epoch: {
    kind: "gauge",
    help: "The config-epoch that this Sentinel names; absent when it does not answer.",
    labels: ["group", "sentinel"],
  },
  baton_sentinel_tilt: {
    kind: "gauge",
    help: "1 when this Sentinel is in TILT mode.",
    labels: ["group", "sentinel"],
  },
  baton_sentinel_up: {
    kind: "gauge",
    help: "1 when this Sentinel answers this agent.",
    labels: ["group", "sentinel"],
  },
  baton_sentinels: {
    kind: "gauge",
    help: "Sentinels in the cluster file; more than half of them are a majority.",
    labels: ["group"],
  },
  baton_sentinels_heard: {
    kind: "gauge",
    help: "Sentinels that answer this agent.",
    labels: ["group"],
  },
  baton_switchovers_total: {
    kind: "counter",
    help: "Planned changes of the primary that this agent ran, by outcome.",
    labels: ["group", "outcome"],
  },
  baton_target_epoch: {
    kind: "gauge",
    help: "Epoch of the route that a target holds; absent when it holds none.",
    labels: ["target", "group", "kind"],
  },
  baton_target_latency_seconds: {
    kind: "gauge",
    help: "How long the last update of a target took; absent before the first.",
    labels: ["target", "group", "kind"],
  },
  baton_target_ok: {
    kind: "gauge",
    help: "1 when the last update of a target is verified.",
    labels: ["target", "group", "kind"],
  },
  baton_turn_duration_seconds: {
    kind: "histogram",
    help: "Duration of one turn: look, decide, act.",
    labels: ["group"],
  },
  process_resident_memory_bytes: {
    kind: "gauge",
    help: "Resident memory of this process.",
    labels: [],
  },
  process_start_time_seconds: {
    kind: "gauge",
    help: "When this process started, in seconds since 1970.",
    labels: [],
  },
} as const satisfies Record<string, MetricSpec>;

type Metrics = typeof OWN_METRICS & typeof CLUSTER_METRICS;
export type MetricName = keyof Metrics;

/**
 * Alphabetical. Labels come from the cluster file and from fixed words: nothing that a client, a node or a
 * Sentinel sends becomes one.
 */
export const METRICS = Object.fromEntries(
  Object.entries({ ...OWN_METRICS, ...CLUSTER_METRICS }).sort(([one], [other]) =>
    one < other ? -1 : 1,
  ),
) as Metrics;

// One Sentinel's answers about one group, as a View.
import { asList, asText, Fields, parseInfo, StrangeReply } from "../redis/replies.ts";
import type { PeerView, ReplicaView, View } from "./types.ts";

/** Sent in one write, so that the answers belong to one moment of that Sentinel. */
export function sentinelQuestions(group: string): readonly (readonly [string, ...string[]])[] {
  return [
    // The leader of a failover names the new primary here from the promotion on; SENTINEL MASTER
    // still has the old one.
    ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group],
    ["SENTINEL", "MASTER", group],
    ["SENTINEL", "REPLICAS", group],
    ["SENTINEL", "SENTINELS", group],
    ["SENTINEL", "MYID"],
    ["INFO", "sentinel"],
    // Without arguments it lists the timers; Redis 7.0 and later.
    ["SENTINEL", "DEBUG"],
  ];
}

const flagsOf = (fields: Fields) => fields.text("flags").split(",");

function replicaOf(entry: unknown): ReplicaView {
  const fields = new Fields(entry, "a replica of SENTINEL REPLICAS");
  return {
    address: fields.text("ip"),
    port: fields.integer("port"),
    flags: flagsOf(fields),
    priority: fields.integer("slave-priority"),
    offsetBytes: fields.integer("slave-repl-offset"),
    link: fields.text("master-link-status"),
    ...(fields.has("runid") ? { runId: fields.text("runid") } : {}),
  };
}

function peerOf(entry: unknown): PeerView {
  const fields = new Fields(entry, "a Sentinel of SENTINEL SENTINELS");
  const leader = fields.text("voted-leader");
  return {
    address: fields.text("ip"),
    port: fields.integer("port"),
    runId: fields.text("runid"),
    flags: flagsOf(fields),
    vote: leader === "?" ? undefined : { leader, epoch: fields.integer("voted-leader-epoch") },
  };
}

function timersOf(reply: unknown): Record<string, number> {
  // A Sentinel without SENTINEL DEBUG (before 7.0) or without the right to it answers with an error.
  if (reply instanceof Error) return {};
  const fields = new Fields(reply, "SENTINEL DEBUG");
  return Object.fromEntries(
    [...fields.names()].map((name) => [name.toLowerCase(), fields.integer(name)]),
  );
}

/** @throws StrangeReply, or the server's error when it refuses one of the questions. */
export function sentinelView(sentinel: string, replies: readonly unknown[]): View {
  const [address, master, replicas, peers, myId, info, debug] = replies;
  for (const reply of [address, master, replicas, peers, myId, info])
    if (reply instanceof Error) throw reply;
  if (address === null)
    throw new StrangeReply("a primary's address: this Sentinel does not know the group", address);
  const [ip, port] = asList(address, "the primary's address");
  const fields = new Fields(master, "SENTINEL MASTER");
  return {
    kind: "heard",
    sentinel,
    runId: asText(myId, "SENTINEL MYID"),
    primary: {
      address: asText(ip, "the primary's address"),
      port: Number(asText(port, "the primary's port")),
    },
    flags: flagsOf(fields),
    configEpoch: fields.integer("config-epoch"),
    quorum: fields.integer("quorum"),
    downAfterMs: fields.integer("down-after-milliseconds"),
    failoverTimeoutMs: fields.integer("failover-timeout"),
    parallelSyncs: fields.integer("parallel-syncs"),
    replicas: asList(replicas, "SENTINEL REPLICAS").map(replicaOf),
    peers: asList(peers, "SENTINEL SENTINELS").map(peerOf),
    tilt: parseInfo(info).get("sentinel_tilt") === "1",
    debug: timersOf(debug),
  };
}

// One Sentinel's answers about one group, as a View.
import { asList, asText, Fields, StrangeReply } from "../redis/replies.ts";
import type { PeerView, ReplicaView, View } from "./types.ts";

type Questions = readonly (readonly [string, ...string[]])[];
type HeardView = Extract<View, { kind: "heard" }>;

/** Sent in one write, so that the answers belong to one moment of that Sentinel. */
export function groupQuestions(group: string): Questions {
  return [
    // The leader of a failover names the new primary here from the promotion on; SENTINEL MASTER
    // still has the old one.
    ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", group],
    ["SENTINEL", "MASTER", group],
    ["SENTINEL", "REPLICAS", group],
    ["SENTINEL", "SENTINELS", group],
  ];
}

/** What is the same for every group. */
export const selfQuestions: Questions = [
  ["SENTINEL", "MYID"],
  ["INFO", "sentinel"],
  // Without arguments it lists the timers; Redis 7.0 and later.
  ["SENTINEL", "DEBUG"],
];

/** What a Sentinel says of itself. */
export type SentinelSelf = Pick<HeardView, "runId" | "tilt" | "debug">;

const flagsOf = (fields: Fields) => fields.text("flags").split(",");

/** Those of the named fields that are there, by the name that they get: nothing else depends on them. */
function timesIn<Name extends string>(
  fields: Fields,
  names: Readonly<Record<Name, string>>,
): { readonly [K in Name]?: number } {
  const pairs = Object.entries<string>(names).flatMap(([name, field]) => {
    const ms = fields.integerIfThere(field);
    return ms === undefined ? [] : [[name, ms] as const];
  });
  return Object.fromEntries(pairs) as { readonly [K in Name]?: number };
}

const OF_REPLICA = {
  pingWaitMs: "last-ping-sent",
  pingAgeMs: "last-ok-ping-reply",
  infoAgeMs: "info-refresh",
  linkDownMs: "master-link-down-time",
} as const;
const OF_PRIMARY = { pingWaitMs: "last-ping-sent", downForMs: "s-down-time" } as const;

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
    ...timesIn(fields, OF_REPLICA),
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
export function sentinelSelf([myId, info, debug]: readonly unknown[]): SentinelSelf {
  for (const reply of [myId, info]) if (reply instanceof Error) throw reply;
  return {
    runId: asText(myId, "SENTINEL MYID"),
    tilt: /^sentinel_tilt:1\r?$/m.test(asText(info, "INFO's text")),
    debug: timersOf(debug),
  };
}

type OfPrimary = Omit<HeardView, keyof SentinelSelf | "kind" | "sentinel" | "replicas" | "peers">;

function primaryOf([address, master]: readonly unknown[]): OfPrimary {
  for (const reply of [address, master]) if (reply instanceof Error) throw reply;
  if (address === null)
    throw new StrangeReply("a primary's address: this Sentinel does not know the group", address);
  const [ip, port] = asList(address, "the primary's address");
  const fields = new Fields(master, "SENTINEL MASTER");
  return {
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
    ...timesIn(fields, OF_PRIMARY),
  };
}

/** @throws StrangeReply, or the server's error when it refuses one of the questions. */
export function sentinelView(
  sentinel: string,
  replies: readonly unknown[],
  self: SentinelSelf,
): HeardView {
  const [address, master, replicas, peers] = replies;
  for (const reply of [replicas, peers]) if (reply instanceof Error) throw reply;
  return {
    kind: "heard",
    sentinel,
    ...self,
    ...primaryOf([address, master]),
    replicas: asList(replicas, "SENTINEL REPLICAS").map(replicaOf),
    peers: asList(peers, "SENTINEL SENTINELS").map(peerOf),
  };
}

/**
 * The line of each group in a Sentinel's INFO, such as
 * `master0:name=main,status=ok,address=10.0.0.1:6379,slaves=2,sentinels=3`, by the group's name.
 */
export function groupLines(info: string): ReadonlyMap<string, string> {
  const lines = info.matchAll(/^master\d+:name=([^,]*),(.*?)\r?$/gm);
  return new Map([...lines].map(([, name = "", rest = ""]) => [name, rest]));
}

/**
 * True while all that a Sentinel's INFO tells of a group is what the view says, and nothing is under way.
 * What INFO does not tell, the epoch among it, changes with an event: whoever relies on this has to hear it.
 */
export function isSettled({ primary, flags, replicas, peers }: HeardView, line: string): boolean {
  const isCalm = flags.length === 1 && flags[0] === "master";
  const address = `${primary.address}:${primary.port}`;
  // It counts itself among the Sentinels.
  const counts = `slaves=${replicas.length},sentinels=${peers.length + 1}`;
  return isCalm && line === `status=ok,address=${address},${counts}`;
}

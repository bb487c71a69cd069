// Who may do what: the ACL users of Redis and of Sentinel, one job each, with the rights that job uses
// and no more.
import { createHash } from "node:crypto";
import { WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import type { Secrets } from "../cluster/types.ts";
import { type Line, directive } from "./directives.ts";

// AUTH, HELLO, PING, SELECT, CLIENT SETNAME and, where the version knows it, CLIENT SETINFO: what every
// client library sends to open a session. Named as a category because 7.0 exits at an unknown subcommand
// such as +client|setinfo. Without -@dangerous the category would bring CLIENT KILL, PAUSE, LIST and
// NO-EVICT along.
const OPEN_A_SESSION = "+@connection -@dangerous";

const HELLO_CHANNEL = "resetchannels &__sentinel__:hello";

/**
 * Rights by user on a Redis node. Order matters to Redis: a later rule changes what an earlier one gave.
 *
 * - `default` is the application: what a client gets that sends only a password. -@dangerous takes more
 *   than harm away: INFO (ioredis' ready check, queues that read maxmemory-policy), ROLE (clients that
 *   check where they are), SORT and SORT_RO (dangerous only where a user may not read every key) come
 *   back. KEYS, FLUSHALL, FLUSHDB, RESTORE and MIGRATE do not: the first stalls the primary long enough
 *   for a failover, the others replace data.
 * - `replication` and `sentinel` are measured minima: a whole failover and rejoin leaves ACL LOG empty.
 *   Sentinel promotes inside MULTI, sends SLAVEOF and never REPLICAOF, and does not look at the replies:
 *   one missing right means no failover, ever, with CKQUORUM still OK.
 * - `agent` is Baton: it reads roles and hello messages, attaches and fences nodes, pauses clients for a
 *   switchover, and asks what doctor wants to know. Its keys of a group, below `baton:`, say that a
 *   switchover, a maintenance or a drill is under way; the list of drills that ended it only reads.
 */
const REDIS_RIGHTS = {
  default: ["~* &* +@all -@admin -@dangerous", "+info +role +sort +sort_ro"],
  agent: [
    `~baton:* ${HELLO_CHANNEL} &${WAKE_CHANNEL} -@all ${OPEN_A_SESSION}`,
    "+role +info +acl|whoami +subscribe +unsubscribe +get +set +del +lrange",
    // For `baton doctor --live`. ACL DRYRUN runs nothing, and tells whether the user `sentinel` still has
    // its rights after somebody changed them by hand; CLIENT LIST shows a pause that holds Sentinel's own
    // connection, of which INFO says nothing in older versions. Neither shows a password or a value.
    // Left out: ACL LIST and ACL GETUSER would show hashes of passwords, SLOWLOG GET the application's data.
    "+acl|dryrun +client|list",
    "+multi +exec +discard +replicaof +slaveof",
    "+config|get +config|set +config|rewrite +client|kill +client|pause +client|unpause",
    // A selector of its own: who listens to Sentinel's hello messages must not be able to forge one.
    `(resetchannels &${WAKE_CHANNEL} +publish)`,
  ],
  replication: ["resetchannels -@all +psync +replconf +ping"],
  sentinel: [
    `${HELLO_CHANNEL} -@all +multi +exec +slaveof +ping +info +publish +subscribe`,
    "+config|rewrite +client|setname +client|kill +script|kill",
    // Valkey 9, told SENTINEL FAILOVER ... COORDINATED: the old primary hands over by FAILOVER, its writes
    // paused. The rights are there before anybody upgrades; a Sentinel of an older engine sends none of it.
    "+failover +client|pause +client|unpause",
  ],
} as const;

const READ_SENTINEL = [
  `&* -@all ${OPEN_A_SESSION}`,
  "+info +role +subscribe +unsubscribe +psubscribe +punsubscribe",
  "+sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters",
  "+sentinel|replicas +sentinel|slaves +sentinel|sentinels +sentinel|ckquorum",
] as const;

/**
 * Rights by user on a Sentinel.
 *
 * - `default` is the application: discovery and events, nothing that changes a Sentinel. All channels,
 *   because clients differ in the events they subscribe to and PSUBSCRIBE * needs the right to every
 *   channel; a Sentinel publishes nothing but its events. SENTINEL SLAVES is the older name of REPLICAS
 *   that many client libraries still send.
 * - `agent` is Baton: it also tunes a Sentinel (DEBUG, SET, CONFIG) and starts failovers for a
 *   switchover or a drill.
 * - `peer` is another Sentinel: a measured minimum like `sentinel` above.
 */
const SENTINEL_RIGHTS = {
  default: READ_SENTINEL,
  agent: [
    ...READ_SENTINEL,
    "+acl|whoami +sentinel|myid +sentinel|config +sentinel|debug +sentinel|set",
    "+sentinel|failover +sentinel|reset",
  ],
  peer: [`${HELLO_CHANNEL} -@all +ping +publish +client|setname +sentinel|is-master-down-by-addr`],
} as const;

/** The password as Redis keeps it: whoever reads a hash in the file cannot log in with it. */
const hashed = (password: string): string => `#${createHash("sha256").update(password).digest("hex")}`;

function userLine(
  name: string,
  passwords: string | readonly (string | undefined)[],
  rights: readonly string[],
): Line {
  const hashes = [passwords].flat().flatMap((one) => (one === undefined ? [] : [hashed(one)]));
  return directive("user", name, "on", ...hashes, ...rights.join(" ").split(" "));
}

/** While applications move from one password to the next both are theirs. */
const ofApplications = ({ application, previousApplication }: Secrets) => [
  application,
  previousApplication,
];

/** The `user` lines of redis.conf, the application's first. Redis 7.0 or later, Valkey 8 or later. */
export function redisUsers(secrets: Secrets): readonly Line[] {
  return [
    userLine("default", ofApplications(secrets), REDIS_RIGHTS.default),
    userLine("agent", secrets.agent, REDIS_RIGHTS.agent),
    userLine("replication", secrets.replication, REDIS_RIGHTS.replication),
    userLine("sentinel", secrets.sentinel, REDIS_RIGHTS.sentinel),
  ];
}

/** The `user` lines of sentinel.conf, the application's first. Redis 7.0 or later, Valkey 8 or later. */
export function sentinelUsers(secrets: Secrets): readonly Line[] {
  return [
    userLine("default", ofApplications(secrets), SENTINEL_RIGHTS.default),
    userLine("agent", secrets.agent, SENTINEL_RIGHTS.agent),
    userLine("peer", secrets.peer, SENTINEL_RIGHTS.peer),
  ];
}

/**
 * The rules of `deploy`, root's hand on a running process: it changes users and settings and reads no data.
 * No rendered file has it: each start of a process makes one with a password of its own.
 */
export function deployUser(server: "redis" | "sentinel", hash: string): readonly string[] {
  const rights = "resetchannels -@all +acl|setuser +acl|deluser";
  return ["on", `#${hash}`, ...rights.split(" "), ...(server === "redis" ? ["+config|set"] : [])];
}

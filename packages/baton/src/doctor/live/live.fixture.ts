// A healthy cluster of three hosts as its processes describe it, and the same with something wrong. Captured
// from Redis 7.0.15 by `baton doctor --live`; fields that no rule looks at are left out.
import type { LiveRedis, LiveSentinel, LiveView } from "../facts.ts";

type Texts = Readonly<Record<string, string>>;

interface NodeChange extends Partial<Omit<LiveRedis, "info" | "settings">> {
  /** Over those of a healthy node; undefined takes a line out. */
  readonly info?: Readonly<Record<string, string | undefined>>;
  readonly settings?: Texts;
}

interface SentinelChange extends Partial<Omit<LiveSentinel, "info" | "settings" | "groups" | "timers">> {
  readonly info?: Texts;
  readonly settings?: Texts;
  readonly timers?: Texts;
  readonly primary?: Texts;
  /** By number of the node. */
  readonly replicas?: Readonly<Record<number, Texts | "unknown">>;
  readonly sentinels?: Readonly<Record<number, Texts | "unknown">>;
  readonly checkQuorum?: string;
}

export interface Changes {
  /** By number: 1 is the primary; hosts are 10.0.0.1 and so on. */
  readonly nodes?: Readonly<Record<number, NodeChange>>;
  readonly sentinels?: Readonly<Record<number, SentinelChange>>;
  /** Of every Sentinel that is not changed itself. */
  readonly everySentinel?: SentinelChange;
}

const NUMBERS = [1, 2, 3] as const;
const nodeId = (number: number) => `e40eb738e1a469f3d974626eaeef00267d76a80${String(number)}`;
const sentinelId = (number: number) => `6efa8fa365a00e2750d8531ecf8decd5cc7bae0${String(number)}`;

export function clusterWith({ nodes = {}, sentinels = {}, everySentinel = {} }: Changes = {}): {
  readonly redis: readonly LiveRedis[];
  readonly sentinels: readonly LiveSentinel[];
} {
  return {
    redis: NUMBERS.map((number) => nodeOf(number, nodes[number])),
    sentinels: NUMBERS.map((number) => sentinelOf(number, sentinels[number] ?? everySentinel)),
  };
}

/** A further primary, replica or Sentinel is one of these with another address. */
export function nodeOf(number: number, change: NodeChange = {}): LiveRedis {
  const { info = {}, settings = {}, ...rest } = change;
  const place = { address: `10.0.0.${String(number)}`, port: 6379 };
  if (rest.silence !== undefined) return { ...place, ...rest };
  const lines: Readonly<Record<string, string | undefined>> = {
    ...NODE_INFO,
    run_id: nodeId(number),
    ...(number === 1 ? PRIMARY_INFO : REPLICA_INFO),
    ...info,
  };
  const known = Object.entries(lines).filter((line): line is [string, string] => line[1] !== undefined);
  const all = { ...SETTINGS, "replica-announce-ip": place.address, ...settings };
  const replicaof = number === 1 ? {} : { replicaof: "10.0.0.1 6379" };
  return {
    ...place,
    info: new Map(known),
    settings: new Map(Object.entries({ ...replicaof, ...all })),
    keys: 500,
    slowestMs: 12,
    clock: { aheadMs: 3, uncertaintyMs: 4 },
    ...(number === 1 && { writeBytesPerSecond: 20_000 }),
    ...rest,
  };
}

function sentinelOf(number: number, change: SentinelChange): LiveSentinel {
  const {
    info = {},
    settings = {},
    timers = {},
    primary,
    replicas,
    sentinels,
    checkQuorum,
    ...rest
  } = change;
  const place = { address: `10.0.0.${String(number)}`, port: 26379 };
  if (rest.silence !== undefined) return { ...place, groups: new Map(), ...rest };
  const view: LiveView = {
    primary: new Map(Object.entries({ ...PRIMARY_ROW, runid: nodeId(1), ...primary })),
    replicas: [2, 3].flatMap((other) => rowsWith(replicaRow(other), replicas?.[other])),
    sentinels: NUMBERS.filter((other) => other !== number).flatMap((other) =>
      rowsWith(sentinelRow(other), sentinels?.[other]),
    ),
    checkQuorum:
      checkQuorum ?? "OK 3 usable Sentinels. Quorum and failover authorization can be reached",
  };
  return {
    ...place,
    info: new Map(Object.entries({ ...SENTINEL_INFO, run_id: `run-${String(number)}`, ...info })),
    myId: sentinelId(number),
    settings: new Map(
      Object.entries({ "announce-ip": place.address, "announce-port": "26379", ...settings }),
    ),
    timers: new Map(Object.entries({ ...TIMERS, ...timers })),
    scripts: [],
    clock: { aheadMs: 2, uncertaintyMs: 4 },
    groups: new Map([["main", view]]),
    ...rest,
  };
}

function rowsWith(
  row: Texts,
  change: Texts | "unknown" | undefined,
): readonly ReadonlyMap<string, string>[] {
  return change === "unknown" ? [] : [new Map(Object.entries({ ...row, ...change }))];
}

const NODE_INFO: Texts = {
  redis_version: "7.0.15",
  redis_mode: "standalone",
  server_time_usec: "1795271247994210",
  uptime_in_seconds: "86500",
  config_file: "/etc/redis/redis.conf",
  used_memory: "1626128",
  used_memory_rss: "12783616",
  total_system_memory: "25276514304",
  maxmemory: "0",
  loading: "0",
  rdb_last_bgsave_status: "ok",
  rdb_last_bgsave_time_sec: "0",
  aof_enabled: "1",
  aof_last_bgrewrite_status: "ok",
  aof_last_write_status: "ok",
  sync_full: "2",
  sync_partial_ok: "0",
  sync_partial_err: "0",
  latest_fork_usec: "494",
  master_failover_state: "no-failover",
  master_replid: "17b35caec03df3cbb03956e7b950f6a2cd8ffd2d",
  master_repl_offset: "17221",
};

const PRIMARY_INFO: Texts = {
  role: "master",
  connected_slaves: "2",
  min_slaves_good_slaves: "2",
  slave0: "ip=10.0.0.2,port=6379,state=online,offset=17221,lag=0",
  slave1: "ip=10.0.0.3,port=6379,state=online,offset=17221,lag=1",
};

const REPLICA_INFO: Texts = {
  role: "slave",
  master_host: "10.0.0.1",
  master_port: "6379",
  master_link_status: "up",
  master_last_io_seconds_ago: "0",
  master_sync_in_progress: "0",
  slave_repl_offset: "17221",
  slave_priority: "100",
  connected_slaves: "0",
};

const SETTINGS: Texts = {
  port: "6379",
  requirepass: "set",
  masterauth: "set",
  masteruser: "",
  "replica-priority": "100",
  "min-replicas-to-write": "1",
  "min-replicas-max-lag": "4",
  appendonly: "yes",
  save: "3600 1 300 100 60 10000",
  maxmemory: "0",
  "maxmemory-policy": "noeviction",
  "repl-backlog-size": "67108864",
  "repl-timeout": "20",
  "replica-read-only": "yes",
  "stop-writes-on-bgsave-error": "no",
};

const SENTINEL_INFO: Texts = {
  redis_version: "7.0.15",
  redis_mode: "sentinel",
  uptime_in_seconds: "86400",
  sentinel_masters: "1",
  sentinel_tilt: "0",
  sentinel_tilt_since_seconds: "-1",
  sentinel_running_scripts: "0",
  sentinel_scripts_queue_length: "0",
  sentinel_simulate_failure_flags: "0",
};

const TIMERS: Texts = {
  "info-period": "10000",
  "ping-period": "1000",
  "ask-period": "1000",
  "publish-period": "2000",
  "tilt-trigger": "2000",
  "tilt-period": "30000",
  "slave-reconf-timeout": "10000",
  "min-link-reconnect-period": "15000",
  "election-timeout": "10000",
  "script-max-runtime": "60000",
  "script-retry-delay": "30000",
};

const PRIMARY_ROW: Texts = {
  name: "main",
  ip: "10.0.0.1",
  port: "6379",
  flags: "master",
  "last-ok-ping-reply": "162",
  "down-after-milliseconds": "5000",
  "info-refresh": "488",
  "role-reported": "master",
  "config-epoch": "3",
  "num-slaves": "2",
  "num-other-sentinels": "2",
  quorum: "2",
  "failover-timeout": "10000",
  "parallel-syncs": "1",
};

function replicaRow(number: number): Texts {
  return {
    name: `10.0.0.${String(number)}:6379`,
    ip: `10.0.0.${String(number)}`,
    port: "6379",
    runid: nodeId(number),
    flags: "slave",
    "last-ok-ping-reply": "13",
    "info-refresh": "492",
    "role-reported": "slave",
    "master-link-down-time": "0",
    "master-link-status": "ok",
    "master-host": "10.0.0.1",
    "master-port": "6379",
    "slave-priority": "100",
    "slave-repl-offset": "17221",
    "replica-announced": "1",
  };
}

function sentinelRow(number: number): Texts {
  return {
    name: sentinelId(number),
    ip: `10.0.0.${String(number)}`,
    port: "26379",
    runid: sentinelId(number),
    flags: "sentinel",
    "last-ok-ping-reply": "13",
    "last-hello-message": "260",
    "voted-leader": "?",
    "voted-leader-epoch": "0",
  };
}

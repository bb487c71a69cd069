// What a valid cluster file means (Cluster), and everything that follows from it (Layout). Pure
// data, read by every layer.
import type { TlsMaterial } from "../sys/tls.ts";

export type Role = "redis" | "sentinel" | "agent" | "router";

/**
 * Where a secret is to be found. The secret itself is never part of a cluster, a layout, a log or a
 * report.
 */
export type SecretReference =
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/**
 * One secret an ACL user. `application` is what applications send to Redis, to Sentinel and to the
 * router;
 * `replication` is used between Redis nodes; `sentinel` by Sentinels towards Redis; `peer` between
 * Sentinels;
 * `agent` by Baton towards both.
 */
export type SecretName = "application" | "replication" | "sentinel" | "peer" | "agent";
export type SecretReferences = Readonly<Record<SecretName, SecretReference>> & {
  /** What a request that changes something must bear; without it no agent takes such requests. */
  readonly token?: SecretReference | undefined;
  /** What applications sent before, and may still send. */
  readonly previousApplication?: SecretReference | undefined;
};
/** What a process holds to be let in: the passwords, and what it needs where Redis speaks TLS. */
export type Secrets = Readonly<Record<SecretName, string>> & {
  /** Accepted beside `application`. */
  readonly previousApplication?: string | undefined;
  /** For connections to Redis and Sentinel. Undefined: these are plain text. */
  readonly tls?: TlsMaterial | undefined;
};
/** What Baton itself needs towards Redis and Sentinel, and no password more. */
export type OwnSecrets = Pick<Secrets, "agent" | "tls">;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface Host {
  readonly name: string;
  readonly address: string;
  readonly zone: string;
  readonly runs: readonly Role[];
  /** [USER@]ADDRESS[:PORT], where it is another way than by its address. */
  readonly ssh?: string | undefined;
}

export interface Objectives {
  /** The longest time without writes that the service may have after the crash of a primary. */
  readonly rtoMs: number;
  /** How old an acknowledged write may be and still get lost; `none` makes no promise. */
  readonly rpo: { readonly kind: "bounded"; readonly ms: number } | { readonly kind: "none" };
}

/** A derived number with the sentence that explains it to the person on call. */
export interface Derived {
  readonly value: number;
  readonly reason: string;
  /** `derived` from the objectives, or `set` by hand in the cluster file. */
  readonly origin: "derived" | "set";
}

/**
 * All from objectives and the number of nodes; see `baton explain`. Units last; maxLag in seconds
 * as Redis wants it.
 */
export interface Timings {
  readonly downAfterMs: Derived;
  readonly failoverTimeoutMs: Derived;
  readonly parallelSyncs: Derived;
  readonly quorum: Derived;
  readonly minReplicasToWrite: Derived;
  readonly minReplicasMaxLagSeconds: Derived;
  /**
   * Set with SENTINEL DEBUG, which a Sentinel forgets when it restarts: re-applied by the agent
   * beside it.
   */
  readonly tiltPeriodMs: Derived;
  readonly infoPeriodMs: Derived;
  readonly publishPeriodMs: Derived;
}

export interface Group {
  /** Sentinel's master name. */
  readonly name: string;
  /** The host that starts as primary of an empty cluster; later Sentinel decides. */
  readonly firstPrimary: string;
  /** Names of the hosts that run a node of this group. */
  readonly hosts: readonly string[];
  readonly redisPort: number;
  readonly routerPort: number;
  /** Where the routers spread connections over replicas; absent: nowhere. */
  readonly readPort?: number;
}

/** How far a replica may be behind its primary and still be read from. */
export type MaxLag =
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "bytes"; readonly bytes: number };

/** A place outside Baton that tells clients where the primary is. */
export interface TargetPlan {
  readonly name: string;
  /** Id of a kind of targets/index.ts. */
  readonly kind: string;
  readonly group: string;
  /** Names of the hosts whose agents serve it, in the order of their turns. */
  readonly on: readonly string[];
  /** The keys that only its kind knows, as written in the cluster file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** How bad something is; a channel says from which one on it wants to know. */
export type Severity = "info" | "warning" | "error";

/** A place where people are told. */
export interface ChannelPlan {
  readonly name: string;
  /** Id of a kind of notify/index.ts. */
  readonly kind: string;
  /** Names of the hosts whose agents may send, in the order of their turns; absent: all that run one. */
  readonly on?: readonly string[];
  /** Absent: all. */
  readonly groups?: readonly string[];
  readonly severityMin: Severity;
  /** A problem that is gone again within this time is not told. */
  readonly settleMs: number;
  readonly drills: boolean;
  /** The keys that only its kind knows, as written in the cluster file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Paths as written in the cluster file, and what is encrypted. */
export interface TlsPlan {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  /** Redis and Sentinel, and whatever of Baton talks to them. */
  readonly redis: boolean;
  /** What clients speak to routers. */
  readonly router: boolean;
}

/** Who may reach the cluster besides its own hosts; addresses and networks. */
export interface FirewallPlan {
  readonly applications: readonly string[];
  readonly monitoring: readonly string[];
}

interface ProvisionCommon {
  readonly region: string;
  /** Private, IPv4; all hosts' addresses are in it. */
  readonly network: string;
  readonly ssh: { readonly keys: readonly string[]; readonly from: readonly string[] };
  readonly image: string;
  readonly dns?: { readonly zone: string; readonly record: string } | undefined;
}

/** What Terraform makes; the cloud is a key of the file. */
export type ProvisionPlan =
  | (ProvisionCommon & {
      readonly cloud: "digitalocean";
      readonly size: string;
      readonly endpoint: "none" | "load-balancer" | "reserved-ip";
    })
  | (ProvisionCommon & {
      readonly cloud: "ovh";
      readonly project: string;
      /** The availability zone of each zone of the cluster file. */
      readonly zones: Readonly<Record<string, string>>;
      readonly flavor: string;
      readonly endpoint: "none" | "load-balancer";
    });

export interface Cluster {
  readonly name: string;
  readonly objectives: Objectives;
  readonly hosts: readonly Host[];
  readonly groups: readonly Group[];
  readonly sentinelPort: number;
  readonly agentPort: number;
  /** Whether the agents' HTTP listens for its own host only, or at the host's address. */
  readonly agentListen: "loopback" | "host";
  /** Whether agents demote a node that takes writes although it is not the agreed primary. */
  readonly agentFence: boolean;
  /** Further redis.conf directives by name, as written in the cluster file. */
  readonly redisSettings: Readonly<Record<string, string>>;
  readonly router: {
    readonly holdMs: number;
    readonly holdSessions: number;
    /** Whether clients come through a balancer that begins each connection with a PROXY header. */
    readonly proxyProtocol?: boolean;
    /** Whether routers write a line for every session that has ended. */
    readonly accessLog?: boolean;
    /** There when a group has a port for reads. */
    readonly reads?: {
      readonly maxLag: MaxLag;
      /** What becomes of a client while no replica is fit. */
      readonly fallback: "primary" | "refuse";
    };
    /** Whether routers withhold the answer to a write until all replicas have it that could be promoted. */
    readonly durability: "async" | "replicated";
  };
  readonly targets: readonly TargetPlan[];
  /** Absent: nobody is told. */
  readonly notify?: readonly ChannelPlan[];
  /** Values set by hand instead of being derived. */
  readonly overrides: {
    readonly downAfterMs?: number;
    readonly failoverTimeoutMs?: number;
    readonly parallelSyncs?: number;
    readonly quorum?: number;
    readonly minReplicasToWrite?: number;
    readonly minReplicasMaxLagSeconds?: number;
  };
  /** Absent: everything is plain text. */
  readonly tls?: TlsPlan;
  /** Absent: Baton leaves the firewall of the hosts alone. */
  readonly firewall?: FirewallPlan;
  /** Absent: the hosts are somebody else's work. */
  readonly provision?: ProvisionPlan;
  readonly secrets: SecretReferences;
}

/** One Redis process. `id` is the host's name when the cluster has one group, `host:group` otherwise. */
export interface NodePlan extends Endpoint {
  readonly id: string;
  readonly host: string;
  readonly zone: string;
}
export interface SentinelPlan extends Endpoint {
  /** The host's name. */
  readonly id: string;
  readonly zone: string;
}
export interface AgentPlan extends Endpoint {
  /** The host's name. Also planned for a host that runs only a router: the same process serves both. */
  readonly id: string;
  /** Where its HTTP listens: 127.0.0.1 unless the cluster file says `agent: { listen: host }`. */
  readonly httpAddress: string;
}
export interface RouterPlan extends Endpoint {
  readonly host: string;
  readonly group: string;
  /** Second port, for reads from replicas. */
  readonly readPort?: number;
}

export interface GroupPlan {
  readonly name: string;
  readonly nodes: readonly NodePlan[];
  readonly firstPrimary: NodePlan;
  readonly timings: Timings;
}

/**
 * Every process, port and address that follows from a cluster file. Paths are the renderers' and
 * the lab's business.
 */
export interface Layout {
  readonly cluster: Cluster;
  readonly groups: readonly GroupPlan[];
  readonly sentinels: readonly SentinelPlan[];
  readonly agents: readonly AgentPlan[];
  readonly routers: readonly RouterPlan[];
}

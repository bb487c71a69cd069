// Everything that doctor knows when the rules begin: read from files, asked of running processes, and
// joined into one picture. Pure data; a placeholder of a template is a word that is not known.
import type { ClientFile } from "./facts-clients.ts";
import type { EventStream } from "./facts-events.ts";
import type { Infrastructure } from "./facts-infrastructure.ts";
import type { Place } from "./finding.ts";

/** One word of a configuration line, without its quotes. */
export interface Word {
  readonly text: string;
  readonly place: Place;
  /**
   * Holds a placeholder ({{ x }}, ${x}, <x>), or stands in a block of a template that not everybody gets
   * ({% if %}), so that its text is settled at deployment only.
   */
  readonly isUnknown: boolean;
  /** Characters it takes in the file, where quotes or escapes make that other than `text.length`. */
  readonly length?: number;
}

export interface Directive {
  /** Lower case. `sentinel.conf`: "sentinel " and the word behind it, see `SentinelConfig`. */
  readonly name: string;
  /** The name as written; of `sentinel x`: x. */
  readonly nameWord: Word;
  /** What stands behind the name. */
  readonly words: readonly Word[];
  /** Of the line's first word. */
  readonly place: Place;
  /** Stands in a block of a template that not everybody gets. */
  readonly isConditional?: true;
}

/** Something a parser could not take, and the server would not, either. */
export interface Malformed {
  readonly place: Place;
  readonly message: string;
}

/** What the file system says of a file; absent for text that was not read from a disk. */
export interface FileState {
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly isSymlink: boolean;
}

/** A version as far as it is known; "7.0" is [7, 0, 0]. */
export interface Version {
  readonly family: "redis" | "valkey";
  readonly numbers: readonly [major: number, minor: number, patch: number];
  /** How it is known, for people: "INFO of 10.0.0.1:6379", "the image redis:6.2". */
  readonly source: string;
}

export interface AclUser {
  readonly name: string;
  /**
   * As written: on, >password, +get, ~*, &*, ... Passwords are there; never show a word that begins with
   * > or #.
   */
  readonly rules: readonly Word[];
  readonly place: Place;
}

/** redis.conf with what it includes, in the order in which Redis reads it. */
export interface RedisConfig {
  readonly kind: "redis-conf";
  readonly file: string;
  /** Names as written, `slaveof` and `replicaof` alike; see settings.ts for what counts in the end. */
  readonly directives: readonly Directive[];
  /** Inline `user` lines, and those of its aclfile. */
  readonly users: readonly AclUser[];
  readonly malformed: readonly Malformed[];
  /** A template of a tool that fills in what is missing (Jinja, Helm, envsubst). */
  readonly isTemplate: boolean;
  /**
   * Where lines stand that are not known (an include that is not there, a placeholder): anything may be
   * said there.
   */
  readonly gaps: readonly Place[];
  readonly state?: FileState;
}

/** `sentinel monitor` and all that is said about the same name. */
export interface Monitor {
  readonly name: Word;
  readonly address: Word;
  readonly port: Word;
  readonly quorum: Word;
  readonly place: Place;
  /**
   * `sentinel <name> <group> ...` by <name> in lower case; the words behind the group. The last one
   * counts.
   */
  readonly options: ReadonlyMap<string, readonly Directive[]>;
  /** The file has gaps, in which further options may stand. */
  readonly hasGaps?: true;
}

export interface SentinelConfig {
  readonly kind: "sentinel-conf";
  readonly file: string;
  readonly monitors: readonly Monitor[];
  /**
   * Lines without a group: `port`, `bind`, `requirepass`, ... and `sentinel <name>` as "sentinel myid",
   * "sentinel resolve-hostnames", "sentinel announce-ip".
   */
  readonly directives: readonly Directive[];
  /**
   * `sentinel <name> <group> ...` whose group no `sentinel monitor` of this file names; words from the
   * group on.
   */
  readonly orphans: readonly Directive[];
  /** Every line in the file's order, with all its words: for rules about lines as such. */
  readonly lines: readonly Directive[];
  readonly users: readonly AclUser[];
  readonly malformed: readonly Malformed[];
  readonly isTemplate: boolean;
  /** As in RedisConfig. */
  readonly gaps: readonly Place[];
  readonly state?: FileState;
}

/** A systemd unit with its drop-ins merged, in systemd's order; an empty value resets a list. */
export interface UnitFile {
  /** "redis-server.service", "redis@.service" */
  readonly name: string;
  readonly file: string;
  readonly entries: readonly UnitEntry[];
  readonly malformed: readonly Malformed[];
}

export interface UnitEntry {
  /** "Service" */
  readonly section: string;
  /** "ReadWritePaths", as systemd spells it. */
  readonly key: string;
  readonly value: Word;
}

/** A machine, by what an inventory or a cluster file says. */
export interface HostFacts {
  readonly name: string;
  readonly addresses: readonly string[];
  /** The folder within which its name means it, for a host known by its folder; everywhere without. */
  readonly scope?: string;
  /** Data centre, rack or availability zone, where one is said. */
  readonly zone?: string;
  readonly place?: Place;
}

/** What one Redis process answered. Every field is absent when it was not asked or refused to say. */
export interface LiveRedis {
  readonly address: string;
  readonly port: number;
  /** INFO's lines, all sections. */
  readonly info?: ReadonlyMap<string, string>;
  /** CONFIG GET *, passwords replaced by "set" or "". */
  readonly settings?: ReadonlyMap<string, string>;
  readonly users?: readonly LiveUser[];
  readonly keys?: number;
  /** Bytes of writes a second, from two looks at a primary's offset. */
  readonly writeBytesPerSecond?: number;
  /** The connections of Sentinels, by CLIENT LIST. */
  readonly sentinelClients?: readonly LiveClient[];
  /** What Sentinel's users may do, by ACL DRYRUN (Redis 7.0). */
  readonly sentinelRights?: readonly LiveRights[];
  /** The longest command that SLOWLOG remembers, in ms. */
  readonly slowestMs?: number;
  readonly clock?: LiveClock;
  /** Why it said nothing, as a clause. */
  readonly silence?: string;
}

export interface LiveClient {
  readonly name: string;
  readonly user: string;
  /** One letter each: b is blocked. */
  readonly flags: string;
}

export interface LiveRights {
  readonly user: string;
  /** Commands that it was refused: "config|rewrite"; empty when it may do all that Sentinel does. */
  readonly refused: readonly string[];
}

/** A process' clock beside that of whoever asked. */
export interface LiveClock {
  readonly aheadMs: number;
  /** Half the time that the question took: the difference is known no better. */
  readonly uncertaintyMs: number;
}

export interface LiveUser {
  readonly name: string;
  /** ACL LIST's line without passwords. */
  readonly line: string;
}

/** What one Sentinel answered. */
export interface LiveSentinel {
  readonly address: string;
  readonly port: number;
  readonly info?: ReadonlyMap<string, string>;
  /** CONFIG GET * of a Sentinel (6.2 on), passwords replaced. */
  readonly settings?: ReadonlyMap<string, string>;
  readonly myId?: string;
  /** By group: the fields of SENTINEL MASTER, REPLICAS and SENTINELS, and the line of CKQUORUM. */
  readonly groups: ReadonlyMap<string, LiveView>;
  /** How many more groups it watches than it was asked about. */
  readonly groupsLeft?: number;
  /** SENTINEL DEBUG (7.0): its timers in ms, names in lower case. */
  readonly timers?: ReadonlyMap<string, string>;
  /** SENTINEL PENDING-SCRIPTS. */
  readonly scripts?: readonly ReadonlyMap<string, string>[];
  readonly clock?: LiveClock;
  readonly silence?: string;
}

export interface LiveView {
  readonly primary: ReadonlyMap<string, string>;
  readonly replicas: readonly ReadonlyMap<string, string>[];
  readonly sentinels: readonly ReadonlyMap<string, string>[];
  readonly checkQuorum: string;
}

/** One Redis process: what its file says, what it says itself, what starts it. At least one of them. */
export interface RedisInstance {
  /** For people: the file, or ADDRESS:PORT. */
  readonly name: string;
  readonly config?: RedisConfig;
  readonly live?: LiveRedis;
  readonly host?: HostFacts;
  readonly units: readonly UnitFile[];
  readonly version?: Version;
}

export interface SentinelInstance {
  readonly name: string;
  readonly config?: SentinelConfig;
  readonly live?: LiveSentinel;
  readonly host?: HostFacts;
  readonly units: readonly UnitFile[];
  readonly version?: Version;
}

/** Everything that belongs to one Sentinel master name. */
export interface Group {
  readonly name: string;
  readonly sentinels: readonly SentinelInstance[];
  /** Nodes that are known to belong to it, by address, replicaof or the only possibility. */
  readonly nodes: readonly RedisInstance[];
  /**
   * Whether what was given holds every Sentinel and every node of it, as far as can be told: a cluster
   * file, an inventory, a running cluster, or files that name each other. Rules that count must not
   * count less.
   */
  readonly isComplete: boolean;
  /** The same of its Sentinels alone, for rules that count only those. */
  readonly hasEverySentinel: boolean;
  /** The same of its Redis nodes alone. */
  readonly hasEveryNode: boolean;
}

/** What the owner wants, from a cluster file or the command line. */
export interface Policy {
  readonly rtoMs?: number;
  readonly rpoMs?: number;
}

export interface Facts extends Infrastructure {
  readonly clients: readonly ClientFile[];
  readonly redis: readonly RedisInstance[];
  readonly sentinels: readonly SentinelInstance[];
  /** One entry a Sentinel that was listened to, and a log; empty where there is neither. */
  readonly heard: readonly EventStream[];
  readonly groups: readonly Group[];
  readonly hosts: readonly HostFacts[];
  readonly units: readonly UnitFile[];
  readonly policy: Policy;
}

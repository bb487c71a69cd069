// What application code does with Redis: which client is made how, what it is told, and what is done with it.
import type { Call, Program } from "./code/program.ts";
import type { Place } from "./finding.ts";

export type ClientLibrary =
  | "redis-py"
  | "ioredis"
  | "node-redis"
  | "phpredis"
  | "predis"
  | "Redis.pm"
  | "Redis::Fast"
  | "hiredis"
  | "redis-plus-plus";

/** Something that was given; without a value when it is given by something that cannot be seen here. */
export interface Seen<T> {
  readonly value?: T;
  readonly place: Place;
}

export interface ClientAddress {
  readonly host: string;
  readonly port: number;
}

export interface ClientOptions {
  /** How long making a connection may take. */
  readonly connectTimeoutMs?: Seen<number>;
  /** How long an answer may take; 0 is for ever. */
  readonly readTimeoutMs?: Seen<number>;
  /** The same for connections to Sentinels. */
  readonly sentinelReadTimeoutMs?: Seen<number>;
  /** Whether a password is given for Redis and for the Sentinels; never the password. */
  readonly password?: Seen<"set" | "none">;
  readonly sentinelPassword?: Seen<"set" | "none">;
  /** For how long the library repeats a command by itself. */
  readonly retryBudgetMs?: Seen<number>;
  /** Set where the code tells the library to repeat commands by itself. */
  readonly repeats?: Seen<true>;
  /** After which a pooled connection is made anew, through Sentinel. */
  readonly lifetimeMs?: Seen<number>;
}

/** One client object, at the call that makes or connects it. */
export interface ClientUse {
  readonly library: ClientLibrary;
  /** As written: "redis.sentinel.Sentinel(...).master_for". */
  readonly api: string;
  readonly place: Place;
  /** Whether the library asks Sentinel where the primary is, or is told an address. */
  readonly follows: "sentinel" | "address";
  readonly role: "primary" | "replica";
  readonly service?: Seen<string>;
  readonly sentinels?: Seen<readonly ClientAddress[]>;
  readonly address?: Seen<ClientAddress>;
  readonly options: ClientOptions;
  /** Whether all that was given can be seen, so that what is missing above was not given. */
  readonly isWhole: boolean;
  /** Methods called on it in the same file, in the order of the text. */
  readonly commands: readonly Call[];
  /** The call that made it. */
  readonly made: Call;
}

/** One file of code in which at least one of the libraries is used. */
export interface ClientFile {
  readonly path: string;
  readonly program: Program;
  readonly libraries: ReadonlySet<ClientLibrary>;
  readonly uses: readonly ClientUse[];
  /** Calls by which the code itself asks a Sentinel for the primary's address. */
  readonly lookups: readonly Call[];
  /** Why nothing is known of it, as a clause: "is larger than 1 MB". */
  readonly unread?: string;
}

// What a client can be told, its defaults, and what cannot be meant.
import type { ConnectionOptions } from "node:tls";
import type { BackoffBounds } from "./backoff.ts";
import type { Access } from "./exchange.ts";
import type { Address, Library } from "./library.ts";

interface Common<C> {
  /** `ioredis(...)` or `nodeRedis(...)`, each from a file of its own of this package. */
  readonly library: Library<C>;
  /** For events and metrics; by default the name of the group, or the address of the router. */
  readonly name?: string;
  /** ACL user of the application; with a password alone it is `default`. */
  readonly username?: string;
  readonly password?: string;
  /** Number of the database; 0 by default. */
  readonly database?: number;
  /** For servers that speak TLS: options of Node's `tls.connect`, such as `ca`; `{}` for its defaults. */
  readonly tls?: ConnectionOptions;
  /** Opening a connection, the login included; 500 ms by default. */
  readonly connectTimeoutMs?: number;
  /** One command; 500 ms by default, 5 s to a router, which holds commands while there is no primary. */
  readonly commandTimeoutMs?: number;
  /**
   * One call with all its attempts; 10 s by default. Longer than a failover: down-after and 3 s. 0 is one
   * attempt.
   */
  readonly retryForMs?: number;
  /** The first pause is at most twice this; 50 ms by default. */
  readonly backoffMinMs?: number;
  /** No pause is longer; 1 s by default. */
  readonly backoffMaxMs?: number;
  /** So many attempts that failed one after the other open the breaker; 5 by default. */
  readonly breakerFailures?: number;
  /** How long it is open before one call may try, at first; 500 ms by default. */
  readonly breakerPauseMs?: number;
}

export interface SentinelWay {
  /** All Sentinels of the group, in any order. */
  readonly sentinels: readonly Address[];
  /** Sentinel's master name. */
  readonly group: string;
  /** Where Sentinels want another login than the nodes; an empty password is none. */
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  /** Where Sentinels speak TLS in another way than the nodes. */
  readonly sentinelTls?: ConnectionOptions;
  /** One question to all Sentinels together; 300 ms by default. */
  readonly sentinelTimeoutMs?: number;
  /** How old the Sentinels' word may be when a command begins; 1 s by default. */
  readonly askAgainMs?: number;
  /** To hear `+switch-master` besides asking, over one connection for each Sentinel; on by default. */
  readonly listen?: boolean;
  readonly router?: never;
}

export interface RouterWay {
  readonly router: Address;
  readonly sentinels?: never;
}

export type ClientOptions<C> = Common<C> & (SentinelWay | RouterWay);

export interface Settings<C> extends BackoffBounds {
  readonly library: Library<C>;
  readonly name: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  readonly tls: ConnectionOptions | undefined;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly retryForMs: number;
  readonly breakerFailures: number;
  readonly breakerPauseMs: number;
  readonly way: RouterSettings | SentinelSettings;
}

export interface RouterSettings {
  readonly kind: "router";
  readonly router: Address;
}

export interface SentinelSettings {
  readonly kind: "sentinel";
  readonly sentinels: readonly Address[];
  readonly group: string;
  readonly access: Access;
  readonly sentinelTimeoutMs: number;
  readonly askAgainMs: number;
  readonly listen: boolean;
}

function wayOf<C>(options: ClientOptions<C>): RouterSettings | SentinelSettings {
  if (options.router !== undefined) return { kind: "router", router: options.router };
  const { sentinels, group, sentinelTimeoutMs = 300, askAgainMs = 1_000, listen = true } = options;
  if (sentinels.length === 0)
    throw new TypeError("openClient was given neither a router nor a Sentinel");
  if (group === "")
    throw new TypeError("openClient needs the name of a group, and was given an empty one");
  const isOwnLogin = options.sentinelPassword !== undefined;
  return {
    kind: "sentinel",
    sentinels,
    group,
    access: {
      username: isOwnLogin ? options.sentinelUsername : options.username,
      password: isOwnLogin ? options.sentinelPassword : options.password,
      tls: options.sentinelTls ?? options.tls,
    },
    sentinelTimeoutMs,
    askAgainMs,
    listen,
  };
}

/** @throws TypeError for a setting that cannot be meant */
export function settingsFrom<C>(options: ClientOptions<C>): Settings<C> {
  const way = wayOf(options);
  const isRouter = way.kind === "router";
  const { connectTimeoutMs = 500, commandTimeoutMs = isRouter ? 5_000 : 500 } = options;
  const { retryForMs = 10_000, backoffMinMs = 50, backoffMaxMs = 1_000 } = options;
  const { breakerFailures = 5, breakerPauseMs = 500, database = 0 } = options;
  const times = { connectTimeoutMs, commandTimeoutMs, backoffMinMs, backoffMaxMs, breakerPauseMs };
  const asking = way.kind === "router" ? {} : { sentinelTimeoutMs: way.sentinelTimeoutMs };
  for (const [name, value] of Object.entries({ ...times, ...asking, breakerFailures }))
    if (!(value > 0)) throw new TypeError(`openClient needs a ${name} above 0, and was given ${value}`);
  if (!(retryForMs >= 0)) throw new TypeError(`openClient was given retryForMs ${retryForMs}`);
  return {
    ...times,
    library: options.library,
    name: options.name ?? (isRouter ? `${way.router.host}:${way.router.port}` : way.group),
    username: options.username,
    password: options.password,
    database,
    tls: options.tls,
    retryForMs,
    breakerFailures,
    way,
  };
}

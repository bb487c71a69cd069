// A running cluster as its stock processes describe it, in the numbers of Redis 7.0.15 without any file; and
// the same with something else in it.
import type { LiveRedis, LiveSentinel, LiveView } from "../doctor/facts.ts";
import { defaultOf, SETTINGS } from "./settings-table.ts";
import type { Seen } from "./seen.ts";

type Texts = Readonly<Record<string, string>>;

export interface Shape {
  /** One host each, with a Sentinel and a node of every group. */
  readonly addresses?: readonly string[];
  readonly groups?: readonly { readonly name: string; readonly port: number }[];
  /** Position of the primary among the addresses. */
  readonly primary?: number;
  /** Over the defaults, by position of the host or for all. */
  readonly settings?: Texts | ((host: number) => Texts);
  readonly info?: Texts;
  /** Over the fields of SENTINEL MASTER, by position of the Sentinel. */
  readonly master?: (sentinel: number) => Texts;
  readonly users?: readonly string[];
  readonly isEncrypted?: boolean;
}

const ENGINE = { family: "redis", version: [7, 0, 15], name: "redis 7.0.15" } as const;
const STOCK: readonly (readonly [string, string])[] = SETTINGS.flatMap((name) => {
  const text = defaultOf(name, ENGINE);
  return text === undefined ? [] : [[name, text] as const];
});
const ADDRESSES = ["10.0.0.1", "10.0.0.2", "10.0.0.10"];

interface Place {
  readonly address: string;
  readonly port: number;
}

const rowOf = ({ address, port }: Place, flags: string, more: Texts = {}) =>
  new Map(Object.entries({ ip: address, port: String(port), flags, ...more }));

function nodeOf(place: Place, host: number, of: Place, shape: Shape): LiveRedis {
  const { settings = {}, info = {}, users = ["default"] } = shape;
  const own = typeof settings === "function" ? settings(host) : settings;
  const isPrimary = place.address === of.address;
  const role = isPrimary
    ? { role: "master" }
    : {
        role: "slave",
        master_host: of.address,
        master_port: String(of.port),
        master_link_status: "up",
      };
  return {
    ...place,
    info: new Map(
      Object.entries({ redis_version: "7.0.15", redis_mode: "standalone", ...role, ...info }),
    ),
    settings: new Map([
      ...STOCK,
      ["dir", "/var/lib/redis"],
      ["requirepass", "set"],
      ["min-replicas-to-write", "0"],
      ["min-replicas-max-lag", "10"],
      ...Object.entries(own),
    ]),
    users: users.map((name) => ({ name, line: `user ${name} on ~* +@all` })),
  };
}

export function seenWith(shape: Shape = {}): Seen {
  const { addresses = ADDRESSES, groups = [{ name: "main", port: 6379 }], primary = 0 } = shape;
  const sentinels = addresses.map((address, position): LiveSentinel => {
    const views = groups.map(({ name, port }): readonly [string, LiveView] => {
      const rows = addresses.map((other, at) => {
        const place = { address: other, port };
        return at === primary
          ? rowOf(place, "master", masterOf(name, shape, position))
          : rowOf(place, "slave");
      });
      const view = {
        primary: rows[primary] ?? new Map<string, string>(),
        replicas: rows.filter((_row, at) => at !== primary),
        sentinels: addresses
          .filter((other) => other !== address)
          .map((other) => rowOf({ address: other, port: 26379 }, "sentinel")),
        checkQuorum: "OK 3 usable Sentinels. Quorum and failover authorization can be reached",
      };
      return [name, view];
    });
    const info = new Map([
      ["redis_version", "7.0.15"],
      ["redis_mode", "sentinel"],
      ["sentinel_tilt", "0"],
    ]);
    return { address, port: 26379, info, groups: new Map(views) };
  });
  const redis = groups.flatMap(({ port }) => {
    const first = { address: addresses[primary] ?? "", port };
    return addresses.map((address, host) => nodeOf({ address, port }, host, first, shape));
  });
  return { redis, sentinels, isEncrypted: shape.isEncrypted ?? false };
}

function masterOf(name: string, { master }: Shape, sentinel: number): Texts {
  return {
    name,
    "config-epoch": "0",
    "down-after-milliseconds": "30000",
    "failover-timeout": "180000",
    "parallel-syncs": "1",
    quorum: "2",
    ...master?.(sentinel),
  };
}

/** The same with other rows in the view of one Sentinel. */
export function withView(
  seen: Seen,
  sentinel: number,
  change: (view: LiveView) => Partial<LiveView> | undefined,
): Seen {
  const sentinels = seen.sentinels.map((one, position): LiveSentinel => {
    if (position !== sentinel) return one;
    const views = [...one.groups].flatMap(([name, view]): (readonly [string, LiveView])[] => {
      const changed = change(view);
      return changed === undefined ? [] : [[name, { ...view, ...changed }]];
    });
    return { ...one, groups: new Map(views) };
  });
  return { ...seen, sentinels };
}

// redis-py, synchronous and asyncio: `Sentinel(...).master_for(...)`, `Redis(...)`, `from_url`.
import type { ClientAddress, ClientOptions, ClientUse, Seen } from "../../facts-clients.ts";
import {
  type Call,
  canonical,
  type Entry,
  type Fields,
  fieldsOf,
  type Program,
  recordOf,
  resolve,
  type Value,
} from "../program.ts";
import {
  addressIn,
  objectOf,
  pairAddress,
  seenAddress,
  seenAddresses,
  seenMs,
  seenPassword,
  seenText,
} from "./values.ts";
import type { Methods } from "./library.ts";

const SENTINEL = /^redis(\.asyncio)?(\.sentinel)?\.Sentinel$/;
const DIRECT = /^redis(\.asyncio)?(\.client)?\.(?:Strict)?Redis$/;
const FROM_URL = /^redis(\.asyncio)?(\.(client|utils))?(\.(?:Strict)?Redis)?\.from_url$/;
const SECONDS = { ms: 1000, none: 0 };

export function redisPy(program: Program, methods: Methods): ClientUse[] {
  return program.calls.flatMap((call) => {
    const path = canonical(program, call.path);
    if (DIRECT.test(path)) return direct(program, methods, call);
    if (FROM_URL.test(path)) return fromUrl(program, methods, call);
    const maker = /^(master|slave)_for$/.test(call.name) ? objectOf(program, call.receiver) : undefined;
    const isSentinel = maker !== undefined && SENTINEL.test(canonical(program, maker.path));
    return isSentinel ? sentinel(program, methods, { maker, call }) : [];
  });
}

/** Whether this call makes the object that knows the Sentinels. */
export function isSentinelObject(program: Program, call: Call): boolean {
  return SENTINEL.test(canonical(program, call.path));
}

function sentinel(
  program: Program,
  methods: Methods,
  { maker, call }: { readonly maker: Call; readonly call: Call },
): ClientUse[] {
  const given = fieldsOf(program, maker.named);
  const own = fieldsOf(program, call.named);
  const values = new Map([...given.values, ...own.values]);
  const sentinels = given.values.get("sentinels") ?? maker.arguments[0];
  const kwargs = given.values.get("sentinel_kwargs") ?? maker.arguments[2];
  const forSentinels = kwargs === undefined ? given : recordOf(program, kwargs);
  const service = seenText(program, own.values.get("service_name") ?? call.arguments[0]);
  const addresses = seenAddresses(program, sentinels, (item) => pair(program, item));
  const sentinelOptions = optionsForSentinels(program, { fields: forSentinels, kwargs });
  return [
    {
      library: "redis-py",
      api: `Sentinel(...).${call.name}`,
      place: call.place,
      follows: "sentinel",
      role: call.name === "master_for" ? "primary" : "replica",
      ...(service && { service }),
      ...(addresses && { sentinels: addresses }),
      options: { ...sentinelOptions, ...optionsOf(program, values) },
      isWhole: given.isWhole && own.isWhole && (forSentinels?.isWhole ?? false),
      commands: methods.get(call) ?? [],
      made: call,
    },
  ];
}

/** `sentinel_kwargs` replaces what `Sentinel(...)` was given; without it only socket_* is taken over. */
function optionsForSentinels(
  program: Program,
  { fields, kwargs }: { readonly fields: Fields | undefined; readonly kwargs: Value | undefined },
): ClientOptions {
  if (fields === undefined || !fields.isWhole) {
    const place = kwargs?.place;
    return place === undefined ? {} : { sentinelPassword: { place }, sentinelReadTimeoutMs: { place } };
  }
  const timeout = seenMs(program, fields.values.get("socket_timeout"), SECONDS);
  const password = kwargs && seenPassword(program, fields.values.get("password"));
  return {
    ...(timeout && { sentinelReadTimeoutMs: timeout }),
    ...(password && { sentinelPassword: password }),
  };
}

function pair(program: Program, item: Value): ClientAddress | undefined {
  return item.kind === "list" ? pairAddress(program, item.items, { host: "", port: 26379 }) : undefined;
}

function optionsOf(program: Program, values: ReadonlyMap<string, Value>): ClientOptions {
  const read = seenMs(program, values.get("socket_timeout"), SECONDS);
  // Without a limit of its own, making a connection takes that of the socket.
  const connect = seenMs(program, values.get("socket_connect_timeout"), SECONDS) ?? read;
  const password = seenPassword(program, values.get("password"));
  const retry = retryOf(program, values.get("retry"));
  return {
    ...(read && { readTimeoutMs: read }),
    ...(connect && { connectTimeoutMs: connect }),
    ...(password && { password }),
    ...(retry && { retryBudgetMs: retry }),
    ...(retry?.value !== undefined && { repeats: { value: true as const, place: retry.place } }),
  };
}

/** `Retry(backoff, n)`: the waits between n repeats, together. `Retry(..., 0)` repeats nothing. */
function retryOf(program: Program, value: Value | undefined): Seen<number> | undefined {
  const found = value && resolve(program, value);
  if (found?.kind !== "call" || !/(^|\.)Retry$/.test(canonical(program, found.call.path)))
    return undefined;
  const { place } = found;
  const named = fieldsOf(program, found.call.named).values;
  const retries = named.get("retries") ?? found.call.arguments[1];
  const count = retries && resolve(program, retries);
  if (count?.kind !== "number" || count.number < 0) return { place };
  if (count.number === 0) return undefined;
  const wait = backoffOf(program, named.get("backoff") ?? found.call.arguments[0]);
  if (wait === undefined) return { place };
  let budgetMs = 0;
  for (let failures = 1; failures <= Math.min(count.number, 10_000); failures++)
    budgetMs += wait(failures);
  return { place, value: budgetMs };
}

/** The longest that each of its waits can take, in milliseconds. */
function backoffOf(
  program: Program,
  value: Value | undefined,
): ((failures: number) => number) | undefined {
  const found = value && resolve(program, value);
  if (found?.kind !== "call") return undefined;
  const name = canonical(program, found.call.path).replace(/^redis(\.asyncio)?\.backoff\./, "");
  if (name === "NoBackoff") return () => 0;
  const fields = fieldsOf(program, found.call.named).values;
  const [first, second] = found.call.arguments;
  if (name === "ConstantBackoff") {
    const waitMs = seenMs(program, fields.get("backoff") ?? first, { ms: 1000 })?.value;
    return waitMs === undefined ? undefined : () => waitMs;
  }
  if (!/^(Exponential|FullJitter|EqualJitter)Backoff$/.test(name)) return undefined;
  // The defaults of redis-py 4.4 and later; 4.3 has none.
  const capMs = limit(program, fields.get("cap") ?? first, 512);
  const baseMs = limit(program, fields.get("base") ?? second, 8);
  return capMs === undefined || baseMs === undefined
    ? undefined
    : (failures) => Math.min(capMs, baseMs * 2 ** failures);
}

function limit(program: Program, value: Value | undefined, fallbackMs: number): number | undefined {
  return value === undefined ? fallbackMs : seenMs(program, value, { ms: 1000 })?.value;
}

function direct(program: Program, methods: Methods, call: Call): ClientUse[] {
  const fields = fieldsOf(program, call.named);
  const host = fields.values.get("host") ?? call.arguments[0];
  const port = fields.values.get("port") ?? call.arguments[1];
  const hasPool = fields.values.has("connection_pool") || fields.values.has("unix_socket_path");
  const isWhole = fields.isWhole && !hasPool;
  const known = pairAddress(program, [host, port], { host: "localhost", port: 6379 });
  const address = seenAddress((host ?? call).place, isWhole ? known : undefined);
  return [one(program, methods, { call, address, named: call.named, isWhole })];
}

function fromUrl(program: Program, methods: Methods, call: Call): ClientUse[] {
  const url = seenText(program, call.arguments[0]);
  const known = url?.value === undefined ? undefined : addressIn(url.value, 6379);
  const address = seenAddress(call.place, known);
  // Options may stand in the part of the URL behind the question mark.
  const isWhole = url?.value !== undefined && !url.value.includes("?");
  return [one(program, methods, { call, address, named: call.named, isWhole })];
}

function one(
  program: Program,
  methods: Methods,
  given: {
    readonly call: Call;
    readonly address: Seen<ClientAddress>;
    readonly named: readonly Entry[];
    readonly isWhole: boolean;
  },
): ClientUse {
  const { call, address } = given;
  const fields = fieldsOf(program, given.named);
  return {
    library: "redis-py",
    api: call.path,
    place: call.place,
    follows: "address",
    role: "primary",
    address,
    options: optionsOf(program, fields.values),
    isWhole: given.isWhole && fields.isWhole,
    commands: methods.get(call) ?? [],
    made: call,
  };
}

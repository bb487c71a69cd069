// hiredis (`redisConnect...`) and redis-plus-plus (`sw::redis::Redis`, with `Sentinel` or an address).
import type { ClientAddress, ClientOptions, ClientUse, Seen } from "../../facts-clients.ts";
import {
  boundTo,
  type Call,
  type Fields,
  imports,
  type Program,
  recordOf,
  resolve,
  type Value,
} from "../program.ts";
import type { Methods } from "./library.ts";
import {
  addressIn,
  objectOf,
  pairAddress,
  seenAddress,
  seenAddresses,
  seenPassword,
  seenText,
} from "./values.ts";

const UNITS: Readonly<Record<string, number>> = {
  microseconds: 0.001,
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
};

export function hiredis(program: Program): ClientUse[] {
  if (!imports(program, /(^|\/)hiredis\.h$/)) return [];
  const limited = program.calls.some(({ name }) => name === "redisSetTimeout");
  return program.calls
    .filter(({ path }) => /^redisConnect(WithTimeout)?$/.test(path))
    .map((call) => {
      const [host, port, timeout] = call.arguments;
      const place = timeout?.place ?? call.place;
      const options: ClientOptions = {
        ...(call.name === "redisConnectWithTimeout" && { connectTimeoutMs: { place } }),
        // Which context it is set on cannot be told; that one is, is enough to say nothing.
        ...(limited && { readTimeoutMs: { place } }),
      };
      const address = pairAddress(program, [host, port], { host: "", port: 6379 });
      return {
        library: "hiredis",
        api: call.name,
        place: call.place,
        follows: "address",
        role: "primary",
        address: seenAddress(host?.place ?? call.place, address),
        options,
        isWhole: true,
        commands: commandsOn(program, call),
        made: call,
      };
    });
}

/** `redisCommand(context, "SET key value")` as a call of `SET`. */
function commandsOn(program: Program, made: Call): Call[] {
  return program.calls.flatMap((call) => {
    if (!/^redis(v?Command|AppendCommand)$/.test(call.name)) return [];
    const [context, format] = call.arguments;
    if (objectOf(program, context) !== made || format?.kind !== "text") return [];
    const [name = "", key] = format.text.trim().split(/\s+/);
    const given: Value[] = key === undefined ? [] : [{ kind: "text", text: key, place: format.place }];
    return [{ ...call, name, path: "", arguments: given }];
  });
}

export function redisPlusPlus(program: Program, methods: Methods): ClientUse[] {
  if (!imports(program, /(^|\/)redis\+\+\/(async_)?redis\+\+\.h$/)) return [];
  return program.calls
    .filter(({ path }) => /^(sw\.redis\.|redis\.)?(Redis|AsyncRedis)$/.test(path))
    .flatMap((call) => {
      const [first, second] = call.arguments;
      if (first === undefined) return [];
      // A Sentinel comes with the name of the group and nothing else does.
      const isSentinel = second !== undefined && resolve(program, second).kind === "text";
      return [isSentinel ? bySentinel(program, methods, call) : byAddress(program, methods, call)];
    });
}

function bySentinel(program: Program, methods: Methods, call: Call): ClientUse {
  const [first, serviceName, role, connection, pool] = call.arguments;
  const sentinel = objectOf(program, first);
  const given = sentinel?.arguments[0];
  const nodes = fieldOf(program, given, "nodes");
  const service = seenText(program, serviceName);
  const sentinelOptions = optionsOf(program, given);
  const lifetime = seenDuration(program, fieldOf(program, pool, "connection_lifetime"));
  const read = sentinelOptions.readTimeoutMs;
  return {
    library: "redis-plus-plus",
    api: "sw::redis::Redis",
    place: call.place,
    follows: "sentinel",
    role: role?.kind === "name" && role.path.endsWith("SLAVE") ? "replica" : "primary",
    ...(service && { service }),
    ...(nodes && { sentinels: sentinelNodes(program, { given, nodes }) }),
    options: {
      ...optionsOf(program, connection),
      ...(read && { sentinelReadTimeoutMs: read }),
      ...(sentinelOptions.password && { sentinelPassword: sentinelOptions.password }),
      ...(lifetime && { lifetimeMs: lifetime }),
    },
    isWhole: [given, connection, pool].every(
      (value) => value === undefined || isFilledHere(program, value),
    ),
    commands: methods.get(call) ?? [],
    made: call,
  };
}

function byAddress(program: Program, methods: Methods, call: Call): ClientUse {
  const [first, pool] = call.arguments;
  const uri = seenText(program, first)?.value;
  const host = fieldOf(program, first, "host");
  const port = fieldOf(program, first, "port");
  const known =
    uri === undefined
      ? pairAddress(program, [host, port], { host: "", port: 6379 })
      : addressIn(uri, 6379);
  const address: Seen<ClientAddress> = seenAddress((host ?? call).place, known);
  const lifetime = seenDuration(program, fieldOf(program, pool, "connection_lifetime"));
  return {
    library: "redis-plus-plus",
    api: "sw::redis::Redis",
    place: call.place,
    follows: "address",
    role: "primary",
    address,
    options: { ...optionsOf(program, first), ...(lifetime && { lifetimeMs: lifetime }) },
    isWhole: first !== undefined && uri === undefined && isFilledHere(program, first),
    commands: methods.get(call) ?? [],
    made: call,
  };
}

/** A list that is added to after it was made is not the whole list. */
function sentinelNodes(
  program: Program,
  { given, nodes }: { readonly given: Value | undefined; readonly nodes: Value },
): Seen<readonly ClientAddress[]> {
  const path = given?.kind === "name" ? `${given.path}.nodes` : undefined;
  const grows = program.calls.some(
    ({ receiver }) => receiver?.kind === "name" && receiver.path === path,
  );
  const known = seenAddresses(program, nodes, (item) =>
    item.kind === "list" ? pairAddress(program, item.items, { host: "", port: 26379 }) : undefined,
  );
  return grows || known === undefined ? { place: nodes.place } : known;
}

/** A field of an options struct: assigned once by `options.field = ...`, or named in its braces. */
function fieldOf(program: Program, owner: Value | undefined, name: string): Value | undefined {
  if (owner === undefined) return undefined;
  const record: Fields | undefined = recordOf(program, owner);
  const within = record?.values.get(name);
  if (within !== undefined || owner.kind !== "name") return within;
  const assigned = boundTo(program, `${owner.path}.${name}`, owner.functionId);
  const unknown: Value = { kind: "unknown", place: owner.place };
  return assigned.length > 1 ? unknown : assigned[0];
}

/** A struct of this file that no function was given, so that nothing else can have filled it. */
function isFilledHere(program: Program, value: Value): boolean {
  const found = resolve(program, value);
  if (found.kind === "record" || found.kind === "list") return true;
  if (found.kind !== "name") return false;
  const isMember = found.path.includes(".") || found.path.endsWith("_");
  const isGiven = boundTo(program, found.path, found.functionId).length > 0;
  const fields = [...program.bindings.keys()].some((path) => path.startsWith(`${found.path}.`));
  return !isMember && !isGiven && fields;
}

function optionsOf(program: Program, owner: Value | undefined): ClientOptions {
  const connect = seenDuration(program, fieldOf(program, owner, "connect_timeout"));
  const read = seenDuration(program, fieldOf(program, owner, "socket_timeout"));
  const password = seenPassword(program, fieldOf(program, owner, "password"));
  return {
    ...(connect && { connectTimeoutMs: connect }),
    ...(read && { readTimeoutMs: read }),
    ...(password && { password }),
  };
}

/** `std::chrono::milliseconds(300)`, `300ms` */
function seenDuration(program: Program, value: Value | undefined): Seen<number> | undefined {
  if (value === undefined) return undefined;
  const { place } = value;
  const found = resolve(program, value);
  const isCall = found.kind === "call";
  const amount = isCall ? found.call.arguments[0] && resolve(program, found.call.arguments[0]) : found;
  const unit = isCall ? found.call.name : found.kind === "number" ? (found.unit ?? "") : "";
  const unitMs = UNITS[unit];
  return amount?.kind === "number" && unitMs !== undefined
    ? { place, value: amount.number * unitMs }
    : { place };
}

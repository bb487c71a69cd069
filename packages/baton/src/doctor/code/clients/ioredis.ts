// ioredis 5 and 6: `new Redis(options)`, `new Redis(port, host, options)`, `new Redis(url, options)`.
import type { ClientOptions, ClientUse, Seen, ClientAddress } from "../../facts-clients.ts";
import {
  type Call,
  canonical,
  type Fields,
  type Program,
  recordOf,
  resolve,
  type Value,
} from "../program.ts";
import type { Methods } from "./library.ts";
import {
  addressIn,
  fieldAddress,
  pairAddress,
  recordAddress,
  seenAddress,
  seenAddresses,
  seenMs,
  seenPassword,
  seenText,
} from "./values.ts";

const CLASS = /^ioredis(\.default)*(\.Redis)?$/;
const MS = { ms: 1, none: 0 };

export function isIoredis(program: Program, call: Call): boolean {
  return call.isNew && CLASS.test(canonical(program, call.path));
}

export function ioredis(program: Program, methods: Methods): ClientUse[] {
  return program.calls.flatMap((call) =>
    isIoredis(program, call) ? [use(program, methods, call)] : [],
  );
}

/** The options, wherever they stand among the arguments; undefined when they cannot be seen. */
export function ioredisOptions(program: Program, call: Call): Fields | undefined {
  const records = call.arguments.map((value) => recordOf(program, value));
  const plain = call.arguments.map((value) => resolve(program, value).kind);
  const isClear = plain.every((kind) => /^(text|number|record)$/.test(kind));
  const found = records.find((record) => record !== undefined);
  return found ?? (isClear ? { values: new Map(), isWhole: true } : undefined);
}

function use(program: Program, methods: Methods, call: Call): ClientUse {
  const fields = ioredisOptions(program, call);
  const values: ReadonlyMap<string, Value> = fields?.values ?? new Map<string, Value>();
  const sentinels = seenAddresses(program, values.get("sentinels"), (item) =>
    recordAddress(program, item, 26379),
  );
  const service = seenText(program, values.get("name"));
  const role = seenText(program, values.get("role"))?.value;
  const isWhole = fields?.isWhole ?? false;
  return {
    library: "ioredis",
    api: `new ${call.path}`,
    place: call.place,
    follows: values.has("sentinels") ? "sentinel" : "address",
    role: role === "slave" ? "replica" : "primary",
    ...(service && { service }),
    ...(sentinels ? { sentinels } : { address: addressOf(program, call, fields) }),
    options: optionsOf(program, values),
    isWhole,
    commands: methods.get(call) ?? [],
    made: call,
  };
}

function addressOf(program: Program, call: Call, fields: Fields | undefined): Seen<ClientAddress> {
  if (fields?.isWhole !== true) return { place: call.place };
  const defaults = { host: "localhost", port: 6379 };
  const [first, second] = call.arguments.map((value) => resolve(program, value));
  if (first?.kind === "text") return seenAddress(call.place, addressIn(first.text, 6379));
  if (first?.kind === "number" && second?.kind !== "record")
    return seenAddress(call.place, pairAddress(program, [second, first], defaults));
  return seenAddress(call.place, fieldAddress(program, fields, defaults));
}

function optionsOf(program: Program, values: ReadonlyMap<string, Value>): ClientOptions {
  const connect = seenMs(program, values.get("connectTimeout"), MS);
  // Either of them ends the wait: one rejects the command, the other destroys a socket that says nothing.
  const read = seenMs(program, values.get("commandTimeout") ?? values.get("socketTimeout"), MS);
  const sentinelRead = seenMs(program, values.get("sentinelCommandTimeout"), MS);
  const password = seenPassword(program, values.get("password"));
  const sentinelPassword = seenPassword(program, values.get("sentinelPassword"));
  const resend = values.get("autoResendUnfulfilledCommands");
  const isResent = resend && resolve(program, resend);
  return {
    ...(connect && { connectTimeoutMs: connect }),
    ...(read && { readTimeoutMs: read }),
    ...(sentinelRead && { sentinelReadTimeoutMs: sentinelRead }),
    ...(password && { password }),
    ...(sentinelPassword && { sentinelPassword }),
    ...(isResent?.kind === "boolean" &&
      isResent.isTrue && { repeats: { value: true as const, place: isResent.place } }),
  };
}

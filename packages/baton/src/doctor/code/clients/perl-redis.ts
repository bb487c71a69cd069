// Redis.pm and Redis::Fast: `Redis->new(sentinels => [...], service => ...)`, `Redis->new(server => ...)`.
import type { ClientLibrary, ClientOptions, ClientUse } from "../../facts-clients.ts";
import { type Call, type Fields, fieldsOf, imports, type Program } from "../program.ts";
import type { Methods } from "./library.ts";
import {
  addressIn,
  seenAddress,
  seenAddresses,
  seenMs,
  seenPassword,
  seenText,
  textAddress,
} from "./values.ts";

const SECONDS = { ms: 1000, none: 0 };

export function perlRedis(program: Program, methods: Methods): ClientUse[] {
  return program.calls.flatMap((call) => {
    const library = perlLibrary(program, call);
    return library === undefined ? [] : [use(program, methods, { call, library })];
  });
}

function perlLibrary(program: Program, call: Call): ClientLibrary | undefined {
  if (program.language !== "perl") return undefined;
  if (call.path === "Redis.Fast.new" && imports(program, /^Redis::Fast$/)) return "Redis::Fast";
  return call.path === "Redis.new" && imports(program, /^Redis$/) ? "Redis.pm" : undefined;
}

/** `Redis::Sentinel` comes with Redis.pm, under a `use` of its own or not. */
export function isPerlSentinel(program: Program, call: Call | undefined): boolean {
  const hasRedis = program.language === "perl" && imports(program, /^Redis(::Sentinel)?$/);
  return hasRedis && call?.path === "Redis.Sentinel.new";
}

function use(
  program: Program,
  methods: Methods,
  { call, library }: { readonly call: Call; readonly library: ClientLibrary },
): ClientUse {
  const fields = fieldsOf(program, call.named);
  const { values } = fields;
  const server = values.get("server");
  const written = seenText(program, server)?.value;
  const known = server === undefined ? "127.0.0.1:6379" : written;
  const address = known === undefined ? undefined : addressIn(known, 6379);
  const sentinels = seenAddresses(program, values.get("sentinels"), (item) => textAddress(item, 26379));
  const service = seenText(program, values.get("service"));
  const isSocket = values.has("sock");
  // `Redis->new($x)` and `Redis->new(%$x)` hand over what cannot be seen.
  const isWhole = fields.isWhole && call.arguments.length === 0;
  return {
    library,
    api: `${library === "Redis.pm" ? "Redis" : library}->new`,
    place: call.place,
    follows: sentinels ? "sentinel" : "address",
    role: "primary",
    ...(service && { service }),
    ...(sentinels
      ? { sentinels }
      : { address: seenAddress((server ?? call).place, isWhole && !isSocket ? address : undefined) }),
    options: optionsOf(program, fields),
    isWhole: isWhole && !isSocket,
    commands: methods.get(call) ?? [],
    made: call,
  };
}

function optionsOf(program: Program, { values }: Fields): ClientOptions {
  const connect = seenMs(program, values.get("cnx_timeout"), SECONDS);
  const read = seenMs(program, values.get("read_timeout"), SECONDS);
  const sentinelRead = seenMs(program, values.get("sentinels_read_timeout"), SECONDS);
  const password = seenPassword(program, values.get("password"));
  const sentinelPassword = seenPassword(program, values.get("sentinels_password"));
  // For how many seconds a lost connection is tried again; without it, or with 0, not once.
  const retry = seenMs(program, values.get("reconnect"), SECONDS);
  const repeats = retry !== undefined && (retry.value ?? 0) > 0;
  return {
    ...(connect && { connectTimeoutMs: connect }),
    ...(read && { readTimeoutMs: read }),
    ...(sentinelRead && { sentinelReadTimeoutMs: sentinelRead }),
    ...(password && { password }),
    ...(sentinelPassword && { sentinelPassword }),
    ...(retry && { retryBudgetMs: retry }),
    ...(repeats && { repeats: { value: true as const, place: retry.place } }),
  };
}

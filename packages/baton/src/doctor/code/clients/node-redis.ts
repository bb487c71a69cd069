// node-redis 4 to 6: `createClient(options)`, and `createSentinel(options)` of 5 and later.
import type { ClientOptions, ClientUse } from "../../facts-clients.ts";
import { type Call, canonical, type Fields, type Program, recordOf, type Value } from "../program.ts";
import type { Methods } from "./library.ts";
import {
  addressIn,
  fieldAddress,
  recordAddress,
  seenAddress,
  seenAddresses,
  seenMs,
  seenPassword,
  seenText,
} from "./values.ts";

const MS = { ms: 1, none: 0 };
const NONE: Fields = { values: new Map<string, Value>(), isWhole: true };

/** "createClient" or "createSentinel" when the call is one of node-redis. */
export function nodeRedisApi(
  program: Program,
  call: Call,
): "createClient" | "createSentinel" | undefined {
  const path = canonical(program, call.path);
  const name = /^(?:redis|@redis\/client)(?:\.default)?\.(createClient|createSentinel)$/.exec(path)?.[1];
  return name === "createClient" || name === "createSentinel" ? name : undefined;
}

export function nodeRedis(program: Program, methods: Methods): ClientUse[] {
  return program.calls.flatMap((call) => {
    const api = nodeRedisApi(program, call);
    if (api === undefined) return [];
    const options = call.arguments.length === 0 ? NONE : recordOf(program, call.arguments[0]);
    return options === undefined
      ? []
      : [
          api === "createSentinel"
            ? sentinel(program, methods, { call, options })
            : client(program, methods, { call, options }),
        ];
  });
}

interface Made {
  readonly call: Call;
  readonly options: Fields;
}

function sentinel(program: Program, methods: Methods, { call, options }: Made): ClientUse {
  const node = part(program, options, "nodeClientOptions");
  const own = part(program, options, "sentinelClientOptions");
  const sentinels = seenAddresses(program, options.values.get("sentinelRootNodes"), (item) =>
    recordAddress(program, item, 26379),
  );
  const service = seenText(program, options.values.get("name"));
  // It looks for the primary once a second, so often.
  const rediscovers = seenMs(program, options.values.get("maxCommandRediscovers"), { ms: 1000 });
  const forNodes = optionsOf(program, node);
  const forSentinels = optionsOf(program, own);
  return {
    library: "node-redis",
    api: call.path,
    place: call.place,
    follows: "sentinel",
    role: "primary",
    ...(service && { service }),
    ...(sentinels && { sentinels }),
    options: {
      ...forNodes,
      ...(forSentinels.readTimeoutMs && { sentinelReadTimeoutMs: forSentinels.readTimeoutMs }),
      ...(forSentinels.password && { sentinelPassword: forSentinels.password }),
      ...(rediscovers && { retryBudgetMs: rediscovers }),
    },
    isWhole: options.isWhole && node.isWhole && own.isWhole,
    commands: methods.get(call) ?? [],
    made: call,
  };
}

function client(program: Program, methods: Methods, { call, options }: Made): ClientUse {
  const socket = part(program, options, "socket");
  const url = seenText(program, options.values.get("url"));
  const isWhole = options.isWhole && socket.isWhole;
  const fromUrl = url?.value === undefined ? undefined : addressIn(url.value, 6379);
  const fromSocket = fieldAddress(program, socket, { host: "localhost", port: 6379 });
  const known = url === undefined ? fromSocket : fromUrl;
  return {
    library: "node-redis",
    api: call.path,
    place: call.place,
    follows: "address",
    role: "primary",
    address: seenAddress(call.place, isWhole ? known : undefined),
    options: optionsOf(program, options),
    isWhole,
    commands: methods.get(call) ?? [],
    made: call,
  };
}

/** A record within the options; what is not there is empty, and what cannot be seen is not whole. */
function part(program: Program, { values }: Fields, name: string): Fields {
  const value = values.get(name);
  if (value === undefined) return NONE;
  return recordOf(program, value) ?? { ...NONE, isWhole: false };
}

function optionsOf(program: Program, options: Fields): ClientOptions {
  const socket = part(program, options, "socket");
  const connect = seenMs(program, socket.values.get("connectTimeout"), MS);
  const read = seenMs(program, socket.values.get("socketTimeout"), MS);
  const password = seenPassword(program, options.values.get("password"));
  const hidden = options.values.get("socket");
  return {
    ...(connect && { connectTimeoutMs: connect }),
    ...(read && { readTimeoutMs: read }),
    ...(!socket.isWhole && read === undefined && hidden && { readTimeoutMs: { place: hidden.place } }),
    ...(password && { password }),
  };
}

// Predis 1 to 3: `new Predis\Client($parameters, $options)`; Sentinel by `'replication' => 'sentinel'`.
import type { ClientOptions, ClientUse } from "../../facts-clients.ts";
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
import { socketDefault } from "./phpredis.ts";
import {
  addressIn,
  recordAddress,
  seenAddress,
  seenAddresses,
  seenMs,
  seenPassword,
  seenText,
  textAddress,
} from "./values.ts";

const SECONDS = { ms: 1000, none: 0 };
const NONE: Fields = { values: new Map<string, Value>(), isWhole: true };

export function predis(program: Program, methods: Methods): ClientUse[] {
  return program.calls.flatMap((call) => {
    if (!call.isNew || canonical(program, call.path) !== "Predis.Client") return [];
    const options = call.arguments[1] === undefined ? NONE : recordOf(program, call.arguments[1]);
    if (options === undefined) return [];
    const replication = options.values.get("replication");
    const kind = replication && resolve(program, replication);
    if (kind?.kind === "text" && kind.text === "sentinel")
      return [sentinel(program, methods, { call, options })];
    return kind === undefined && options.isWhole && !options.values.has("cluster")
      ? direct(program, methods, { call, options })
      : [];
  });
}

interface Made {
  readonly call: Call;
  readonly options: Fields;
}

function sentinel(program: Program, methods: Methods, { call, options }: Made): ClientUse {
  const list = call.arguments[0];
  const sentinels = seenAddresses(
    program,
    list,
    (item) => textAddress(item, 26379) ?? recordAddress(program, item, 26379),
  );
  const given = options.values.get("parameters");
  const parameters = given === undefined ? NONE : recordOf(program, given);
  const service = seenText(program, options.values.get("service"));
  return {
    library: "predis",
    api: "new Predis\\Client",
    place: call.place,
    follows: "sentinel",
    role: "primary",
    ...(service && { service }),
    ...(sentinels && { sentinels }),
    options: {
      ...optionsOf(program, parameters ?? NONE),
      ...(hasPassword(program, list) && {
        sentinelPassword: { place: call.place, value: "set" as const },
      }),
    },
    isWhole: options.isWhole && (parameters?.isWhole ?? false) && sentinels?.value !== undefined,
    commands: methods.get(call) ?? [],
    made: call,
  };
}

/** In the URLs of the Sentinels, or in their records. */
function hasPassword(program: Program, list: Value | undefined): boolean {
  const found = list && resolve(program, list);
  const items = found?.kind === "list" ? found.items.map((item) => resolve(program, item)) : [];
  return items.some((item) =>
    item.kind === "text"
      ? /[?&]password=|:[^/@]+@/.test(item.text)
      : recordOf(program, item)?.values.has("password"),
  );
}

function direct(program: Program, methods: Methods, { call, options }: Made): ClientUse[] {
  const first = call.arguments[0];
  const found = first && resolve(program, first);
  const parameters = recordOf(program, first);
  const isText = found?.kind === "text";
  if (!isText && parameters === undefined) return [];
  const address = isText
    ? addressIn(found.text, 6379)
    : recordAddress(program, found ?? { kind: "unknown", place: call.place }, 6379);
  const shared = recordOf(program, options.values.get("parameters"));
  const values = new Map([...(shared?.values ?? []), ...(parameters?.values ?? [])]);
  return [
    {
      library: "predis",
      api: "new Predis\\Client",
      place: call.place,
      follows: "address",
      role: "primary",
      address: seenAddress(call.place, address),
      options: optionsOf(program, { values, isWhole: true }),
      isWhole: (parameters?.isWhole ?? true) && !(isText && found.text.includes("?")),
      commands: methods.get(call) ?? [],
      made: call,
    },
  ];
}

function optionsOf(program: Program, { values }: Fields): ClientOptions {
  const connect = seenMs(program, values.get("timeout"), SECONDS);
  const read = seenMs(program, values.get("read_write_timeout"), SECONDS) ?? socketDefault(program);
  const password = seenPassword(program, values.get("password"));
  return {
    ...(connect && { connectTimeoutMs: connect }),
    ...(read && { readTimeoutMs: read }),
    ...(password && { password }),
  };
}

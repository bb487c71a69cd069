// phpredis: `new Redis()` with `connect`, or `new Redis([...])` of version 6. It never asks Sentinel itself.
import type { ClientAddress, ClientOptions, ClientUse, Seen } from "../../facts-clients.ts";
import { type Call, canonical, type Program, recordOf, resolve, type Value } from "../program.ts";
import type { Methods } from "./library.ts";
import { objectOf, pairAddress, seenAddress, seenMs } from "./values.ts";

const SECONDS = { ms: 1000, none: 0 };
const CONNECT = /^p?(connect|open)$/i;

export function isPhpredis(program: Program, call: Call | undefined): boolean {
  return call?.isNew === true && program.language === "php" && canonical(program, call.path) === "Redis";
}

export function isPhpredisSentinel(program: Program, call: Call | undefined): boolean {
  return (
    call?.isNew === true &&
    program.language === "php" &&
    canonical(program, call.path) === "RedisSentinel"
  );
}

export function phpredis(program: Program, methods: Methods): ClientUse[] {
  return program.calls.flatMap((call) => {
    if (isPhpredis(program, call) && call.arguments.length > 0)
      return withOptions(program, methods, call);
    if (!CONNECT.test(call.name)) return [];
    const made = objectOf(program, call.receiver);
    return made !== undefined && isPhpredis(program, made) && made.arguments.length === 0
      ? [connected(program, methods, { call, made })]
      : [];
  });
}

/** `connect($host, $port, $timeout, $persistent_id, $retry_interval, $read_timeout)`, times in seconds. */
function connected(
  program: Program,
  methods: Methods,
  { call, made }: { readonly call: Call; readonly made: Call },
): ClientUse {
  const values = ["host", "port", "timeout", "persistent_id", "retry_interval", "read_timeout"].map(
    (name, index) => call.named.find((entry) => entry.name === name)?.value ?? call.arguments[index],
  );
  const [host, port, timeout, , , readTimeout] = values;
  const isWhole = call.named.every((entry) => entry.name !== undefined);
  const address = pairAddress(program, [host, port], { host: "", port: 6379 });
  return use(program, methods, {
    call,
    made,
    address: seenAddress(host?.place ?? call.place, address),
    connect: seenMs(program, timeout, SECONDS),
    read: seenMs(program, readTimeout, SECONDS),
    isWhole,
  });
}

function withOptions(program: Program, methods: Methods, made: Call): ClientUse[] {
  const options = recordOf(program, made.arguments[0]);
  if (options === undefined) return [];
  const host = options.values.get("host");
  const address = pairAddress(program, [host, options.values.get("port")], { host: "", port: 6379 });
  return [
    use(program, methods, {
      call: made,
      made,
      address: seenAddress(host?.place ?? made.place, address),
      connect: seenMs(program, options.values.get("connectTimeout"), SECONDS),
      read: seenMs(program, options.values.get("readTimeout"), SECONDS),
      isWhole: options.isWhole,
    }),
  ];
}

interface Connected {
  readonly call: Call;
  readonly made: Call;
  readonly address: Seen<ClientAddress>;
  readonly connect: Seen<number> | undefined;
  readonly read: Seen<number> | undefined;
  readonly isWhole: boolean;
}

function use(program: Program, methods: Methods, given: Connected): ClientUse {
  const { call, made, address, connect } = given;
  const commands = (methods.get(made) ?? []).filter(({ name }) => !CONNECT.test(name));
  const read = readTimeoutSet(program, commands) ?? given.read ?? socketDefault(program);
  const auth = commands.find(({ name }) => /^auth$/i.test(name));
  const options: ClientOptions = {
    ...(connect && { connectTimeoutMs: connect }),
    ...(read && { readTimeoutMs: read }),
    ...(auth && { password: { place: auth.place, value: "set" as const } }),
  };
  return {
    library: "phpredis",
    api: `Redis::${call === made ? "__construct" : call.name}`,
    place: call.place,
    follows: "address",
    role: "primary",
    address,
    options,
    isWhole: given.isWhole,
    commands,
    made,
  };
}

/** `setOption(Redis::OPT_READ_TIMEOUT, ...)` */
function readTimeoutSet(program: Program, commands: readonly Call[]): Seen<number> | undefined {
  const found = commands.find(({ name, arguments: [option] }) => {
    return (
      /^setOption$/i.test(name) && option?.kind === "name" && option.path.endsWith(".OPT_READ_TIMEOUT")
    );
  });
  return seenMs(program, found?.arguments[1], SECONDS);
}

/** `ini_set('default_socket_timeout', ...)` ends every read of PHP that has no limit of its own. */
export function socketDefault(program: Program): Seen<number> | undefined {
  const found = program.calls.find(({ name, arguments: [setting] }) => {
    const known = setting && resolve(program, setting);
    return name === "ini_set" && known?.kind === "text" && known.text === "default_socket_timeout";
  });
  const value: Value | undefined = found?.arguments[1];
  const known = value && resolve(program, value);
  if (known?.kind === "text" && /^\d+$/.test(known.text))
    return { place: known.place, value: Number(known.text) * 1000 };
  return seenMs(program, value, SECONDS);
}

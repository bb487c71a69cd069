// What the readers of all client libraries share: values as they are seen, addresses, and the methods that
// are called on an object.
import type { ClientAddress, Seen } from "../../facts-clients.ts";
import type { Place } from "../../finding.ts";
import {
  boundTo,
  type Call,
  type Fields,
  type Program,
  recordOf,
  resolve,
  type Value,
} from "../program.ts";

export function seenText(program: Program, value: Value | undefined): Seen<string> | undefined {
  if (value === undefined) return undefined;
  const found = resolve(program, value);
  return { place: value.place, ...(found.kind === "text" && { value: found.text }) };
}

/**
 * A time as milliseconds; `none` is what None, null and undef stand for in this option. Absent for no value.
 */
export function seenMs(
  program: Program,
  value: Value | undefined,
  unit: { readonly ms: number; readonly none?: number },
): Seen<number> | undefined {
  if (value === undefined) return undefined;
  const found = resolve(program, value);
  const { place } = value;
  if (found.kind === "number") return { place, value: found.number * unit.ms };
  return found.kind === "nothing" && unit.none !== undefined ? { place, value: unit.none } : { place };
}

/** A password that comes from the environment is a password. */
export function seenPassword(
  program: Program,
  value: Value | undefined,
): Seen<"set" | "none"> | undefined {
  if (value === undefined) return undefined;
  const found = resolve(program, value);
  const isNone = found.kind === "nothing" || (found.kind === "text" && found.text === "");
  return { place: value.place, value: isNone ? "none" : "set" };
}

/** Known only when every one of them is. */
export function seenAddresses(
  program: Program,
  value: Value | undefined,
  read: (item: Value) => ClientAddress | undefined,
): Seen<readonly ClientAddress[]> | undefined {
  if (value === undefined) return undefined;
  const found = resolve(program, value);
  const { place } = value;
  if (found.kind !== "list") return { place };
  const addresses = found.items.map((item) => read(resolve(program, item)));
  const known = addresses.filter((address) => address !== undefined);
  return known.length === addresses.length && known.length > 0 ? { place, value: known } : { place };
}

/** "10.0.0.1:6379", "tcp://10.0.0.1:6379?x", "redis://:secret@10.0.0.1/0" */
export function addressIn(text: string, defaultPort: number): ClientAddress | undefined {
  const found =
    /^(?:\w+:\/\/)?(?:[^@/]*@)?(\[[\da-f:.]+\]|[^:/?#[\]@\s]+)(?::(\d{1,5}))?(?:[/?#]|$)/i.exec(text);
  const host = found?.[1]?.replaceAll(/[[\]]/g, "");
  return host === undefined ? undefined : { host, port: Number(found?.[2] ?? defaultPort) };
}

export function textAddress(item: Value, defaultPort: number): ClientAddress | undefined {
  return item.kind === "text" ? addressIn(item.text, defaultPort) : undefined;
}

/** `{ host, port }` with plain values. */
export function recordAddress(
  program: Program,
  item: Value,
  defaultPort: number,
): ClientAddress | undefined {
  const fields = recordOf(program, item);
  return fields === undefined
    ? undefined
    : fieldAddress(program, fields, { host: "", port: defaultPort });
}

/** An empty `host` of the defaults means that there is none. */
export function fieldAddress(
  program: Program,
  fields: Fields,
  defaults: ClientAddress,
): ClientAddress | undefined {
  return pairAddress(program, [fields.values.get("host"), fields.values.get("port")], defaults);
}

export function pairAddress(
  program: Program,
  [hostValue, portValue]: readonly (Value | undefined)[],
  defaults: ClientAddress,
): ClientAddress | undefined {
  const host = hostValue === undefined ? defaults.host : textOf(resolve(program, hostValue));
  const port = portValue === undefined ? defaults.port : numberOf(resolve(program, portValue));
  return host === undefined || host === "" || port === undefined ? undefined : { host, port };
}

function textOf(value: Value): string | undefined {
  return value.kind === "text" ? value.text : undefined;
}

function numberOf(value: Value): number | undefined {
  if (value.kind === "text" && /^\d+$/.test(value.text)) return Number(value.text);
  return value.kind === "number" ? value.number : undefined;
}

export function seenAddress(place: Place, address: ClientAddress | undefined): Seen<ClientAddress> {
  return { place, ...(address !== undefined && { value: address }) };
}

/** Methods that give back the object they were called on: `createClient().on(...)`. */
const FLUENT = /^(on|once|connect)$/;

/**
 * The call that made an object; undefined when it may be another one at run time. That a field is set to
 * nothing somewhere only says that the object is dropped there.
 */
export function objectOf(program: Program, value: Value | undefined): Call | undefined {
  if (value === undefined) return undefined;
  let current = value;
  for (let step = 0; step < 16; step++) {
    if (current.kind === "name") {
      const bound = boundTo(program, current.path, current.functionId);
      const objects = bound.filter(({ kind }) => kind !== "nothing");
      const only = objects[0];
      if (only === undefined || objects.length > 1) return undefined;
      current = only;
    } else if (current.kind === "call" && FLUENT.test(current.call.name) && current.call.receiver)
      current = current.call.receiver;
    else return current.kind === "call" ? current.call : undefined;
  }
  return undefined;
}

/** Methods by the object that they are called on. */
export function methodsByObject(program: Program): ReadonlyMap<Call, readonly Call[]> {
  const methods = new Map<Call, Call[]>();
  for (const call of program.calls) {
    const made = objectOf(program, call.receiver);
    if (made === undefined) continue;
    const known = methods.get(made);
    if (known === undefined) methods.set(made, [call]);
    else known.push(call);
  }
  return methods;
}

// Where a process is reached, and whether it asks for a password: what several rules need to join nodes.
import type { RedisInstance, SentinelInstance } from "./facts.ts";
import { oncePer } from "./once.ts";
import type { Setting } from "./settings-read.ts";
import { integerOf, isYes, sentinelSetting, setting } from "./settings-read.ts";

/** A Redis or a Sentinel; what it says of itself and what its file says. */
export type Process =
  | Pick<RedisInstance, "config" | "live" | "host" | "version">
  | Pick<SentinelInstance, "config" | "live" | "host" | "version">;

export interface Address {
  readonly address: string;
  readonly port: number;
}

/**
 * Where others reach it: the announced address, else the first that it binds and that is not loopback or
 * every interface, else its host's, else where it was asked. Undefined when the address or the port is
 * not known.
 */
export const addressOf = oncePer((node: Process): Address | undefined => {
  const port = portOf(node);
  const address =
    known(announced(node, "ip")) ??
    boundAddresses(node).find(isReachable) ??
    node.host?.addresses[0] ??
    node.live?.address;
  return address === undefined || port === undefined ? undefined : { address, port };
});

/** What `bind` says, without the "-" of addresses that may be missing; placeholders left out. */
export function boundAddresses(node: Process): readonly string[] {
  const bind = lookUp(node, "bind");
  if (bind === undefined || bind.origin === "default") return [];
  return bind.words.filter((word) => !word.isUnknown).map((word) => word.text.replace(/^-/, ""));
}

/** Every address of the network that it announces or binds. */
export function networkAddresses(node: Process): readonly string[] {
  const own = known(announced(node, "ip"));
  const all = own === undefined ? boundAddresses(node) : [own, ...boundAddresses(node)];
  return [...new Set(all.filter(isReachable))];
}

export function isLoopback(address: string): boolean {
  const lower = address.toLowerCase();
  return /^127\.\d+\.\d+\.\d+$/.test(lower) || lower === "::1" || lower === "localhost";
}

/** An address that stands for every interface. */
export function isAnyInterface(address: string): boolean {
  return ["*", "0.0.0.0", "::", "::*", ""].includes(address);
}

/**
 * Whether a client without a password is turned away. A `user default` line counts before `requirepass`,
 * as Redis loads users last. Undefined when nothing is known.
 */
export function requiresPassword(node: RedisInstance): boolean | undefined {
  const liveDefault = node.live?.users?.find((user) => user.name === "default")?.line;
  if (liveDefault !== undefined) return !isOpen(liveDefault.split(/\s+/));
  const line = node.config?.users.findLast((user) => user.name === "default");
  if (line !== undefined) return !isOpen(line.rules.map((rule) => rule.text));
  const password = setting(node, "requirepass");
  if (password === undefined) return undefined;
  // A placeholder for a password says that there is one; a block that not everybody gets does not.
  if (password.isUnknown)
    return /[{}<>$%@]/.test(password.text) ? undefinedIfConditional(node) : undefined;
  return password.text !== "";
}

function undefinedIfConditional(node: RedisInstance): true | undefined {
  const line = node.config?.directives.findLast(({ name }) => name === "requirepass");
  return line?.isConditional === true ? undefined : true;
}

/** Redis starts a user at off and without passwords; each word changes that in order. */
function isOpen(rules: readonly string[]): boolean {
  let isOn = false;
  let hasNoPassword = false;
  for (const rule of rules) {
    const word = rule.toLowerCase();
    if (word === "on") isOn = true;
    else if (word === "off") isOn = false;
    else if (word === "nopass") hasNoPassword = true;
    else if (word === "reset") isOn = hasNoPassword = false;
    else if (word === "resetpass" || /^[>#]/.test(word)) hasNoPassword = false;
  }
  return isOn && hasNoPassword;
}

/**
 * The announced one, else that of the running process, else the file's: the one for TLS with
 * tls-replication, as Redis and Sentinel name themselves, and where there is no other.
 */
export function portOf(node: Process): number | undefined {
  const announcedPort = integerOf(announced(node, "port"));
  if (announcedPort !== undefined && announcedPort > 0) return announcedPort;
  if (node.live !== undefined) return node.live.port;
  const [port, tlsPort] = [integerOf(lookUp(node, "port")), integerOf(lookUp(node, "tls-port"))];
  const isForTls = isYes(lookUp(node, "tls-replication")) === true && tlsPort !== 0;
  return port === 0 || isForTls ? tlsPort : port;
}

/** Every port at which it may be named: the announced one alone, else those with and without TLS. */
export function portsOf(node: Process): readonly number[] {
  const own = portOf(node);
  const announcedPort = integerOf(announced(node, "port")) ?? 0;
  const listening =
    announcedPort > 0 ? [] : ["port", "tls-port"].map((name) => integerOf(lookUp(node, name)));
  const ports = [own, ...listening].filter((port) => port !== undefined);
  return [...new Set(ports)].filter((port) => port > 0);
}

function announced(node: Process, what: "ip" | "port"): Setting | undefined {
  return isSentinel(node)
    ? sentinelSetting(node, `sentinel announce-${what}`)
    : setting(node, `replica-announce-${what}`);
}

function lookUp(node: Process, name: string): Setting | undefined {
  return isSentinel(node) ? sentinelSetting(node, name) : setting(node, name);
}

function isSentinel(node: Process): node is Pick<SentinelInstance, "config" | "live"> {
  return node.config?.kind === "sentinel-conf" || (node.live !== undefined && "groups" in node.live);
}

function known(setting: Setting | undefined): string | undefined {
  return setting === undefined || setting.isUnknown || setting.text === "" ? undefined : setting.text;
}

function isReachable(address: string): boolean {
  return !isLoopback(address) && !isAnyInterface(address);
}

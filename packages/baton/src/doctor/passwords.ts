// Which passwords a Redis node accepts and offers, as its files say: to find those that will not fit after a
// failover. Nothing in here may reach a message.
import { createHash } from "node:crypto";
import type { AclUser, RedisInstance, Word } from "./facts.ts";
import type { Place } from "./finding.ts";
import { firstOther } from "./first-other.ts";
import type { Setting } from "./settings.ts";
import { canonicalName, setting } from "./settings.ts";

/** What a replica shows to its primary. */
export interface Login {
  readonly user: string;
  readonly password: string;
  /** SHA-256 of it, as ACL users have it. */
  readonly hash: string;
  readonly place: Place;
}

/** The password of a replication link; undefined without one, or when it is not known. */
export function replicationLogin(node: RedisInstance): Login | undefined {
  const password = written(node, "masterauth");
  if (password === undefined || password.isUnknown || password.text === "") return undefined;
  const user = setting(node, "masteruser");
  if (user?.isUnknown === true) return undefined;
  return loginOf(user === undefined || user.text === "" ? "default" : user.text, password);
}

/** With the hash that ACL users may have instead of the password. */
export function loginOf(user: string, { text, place }: { text: string; place: Place }): Login {
  return { user, password: text, hash: createHash("sha256").update(text).digest("hex"), place };
}

/** Whether a node can show a password to a primary. Undefined when that is not known. */
export function offersPassword(node: RedisInstance): boolean | undefined {
  const password = setting(node, "masterauth");
  if (password === undefined) return undefined;
  if (password.origin === "file")
    return isConditional(node, "masterauth") ? undefined : password.text !== "";
  return password.isUnknown ? undefined : password.text !== "";
}

/** Whether a node lets a login in. Undefined when it is not written down. */
export function accepts(node: RedisInstance, login: Login): boolean | undefined {
  const { config } = node;
  if (config === undefined || config.gaps.length > 0) return undefined;
  const user = config.users.findLast(({ name }) => name === login.user);
  if (user !== undefined) return acceptsUser(user, login);
  if (login.user !== "default") return written(node, "aclfile") === undefined ? false : undefined;
  const password = written(node, "requirepass");
  if (password === undefined || password.text === "") return true;
  return password.isUnknown ? undefined : password.text === login.password;
}

/**
 * The first of `peers` that refuses a login, without the one that shows it. Most nodes show the same one, and
 * for each login every peer is looked at once.
 */
export function refusals<T>(
  peers: Iterable<T>,
  letsIn: (peer: T, login: Login) => boolean | undefined,
): (login: Login, asking?: T) => T | undefined {
  const known = new Map<string, (asking?: T) => T | undefined>();
  return (login, asking) => {
    const shown = `${login.user}\n${login.password}`;
    const find = known.get(shown) ?? firstOther(peers, (peer) => letsIn(peer, login) === false);
    known.set(shown, find);
    return find(asking);
  };
}

function acceptsUser(user: AclUser, { password, hash }: Login): boolean | undefined {
  let isOn = false;
  let fits = false;
  for (const { text, isUnknown } of user.rules) {
    if (isUnknown) return undefined;
    const word = text.toLowerCase();
    if (word === "on" || word === "off") isOn = word === "on";
    else if (word === "reset") isOn = fits = false;
    else if (word === "resetpass") fits = false;
    else if (word === "nopass" || text === `>${password}` || text === `#${hash}`) fits = true;
    else if (text === `<${password}` || text === `!${hash}`) fits = false;
  }
  return isOn && fits;
}

/**
 * The last line of that name in the file; what a running process says of a password is only that
 * there is one.
 */
export function written(node: RedisInstance, name: string): Setting | undefined {
  const line = node.config?.directives.findLast((one) => canonicalName(one.name) === name);
  if (line === undefined) return undefined;
  const [word] = line.words;
  const isUnknown = line.isConditional === true || line.words.some((one: Word) => one.isUnknown);
  const place = word?.place ?? line.place;
  return { text: word?.text ?? "", words: line.words, place, origin: "file", isUnknown };
}

function isConditional(node: RedisInstance, name: string): boolean {
  const line = node.config?.directives.findLast((one) => canonicalName(one.name) === name);
  return line?.isConditional === true;
}

// Who reaches a node over the network without a password.
import type { RedisInstance } from "./facts.ts";
import { integerOf, isLoopback, isYes, setting } from "./settings.ts";

/**
 * Whether it listens on more than loopback. Without `bind` Redis listens everywhere. Undefined when a
 * placeholder decides.
 */
export function listensToNetwork(node: RedisInstance): boolean | undefined {
  const bind = setting(node, "bind");
  if (bind === undefined) return undefined;
  if (bind.origin === "default") return (node.config?.gaps.length ?? 0) === 0 ? true : undefined;
  const known = bind.words.filter((word) => !word.isUnknown).map(({ text }) => text.replace(/^-/, ""));
  if (known.some((address) => !isLoopback(address))) return true;
  return bind.isUnknown ? undefined : false;
}

/** Clients without a certificate of the right authority do not get as far as a password. */
export function asksForCertificate(node: RedisInstance): boolean {
  const isPlainOpen = integerOf(setting(node, "port")) !== 0;
  const asks = setting(node, "tls-auth-clients");
  return !isPlainOpen && (asks === undefined || asks.text !== "no");
}

/** protected-mode; undefined when a placeholder decides. */
export function isProtected(node: RedisInstance): boolean | undefined {
  return isYes(setting(node, "protected-mode"));
}

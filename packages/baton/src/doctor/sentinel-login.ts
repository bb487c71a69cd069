// How Sentinels log in to each other, and what each asks of whoever connects.
import { createHash } from "node:crypto";
import type { RedisInstance, SentinelInstance } from "./facts.ts";
import type { Place } from "./finding.ts";
import { type Login, accepts } from "./passwords.ts";
import { requiresPassword, sentinelSetting } from "./settings.ts";

/** A Sentinel lets clients in by the same lines as Redis: requirepass, user, aclfile. */
function asNode({ config, version, name }: SentinelInstance): RedisInstance {
  return {
    name,
    units: [],
    ...(version && { version }),
    ...(config && { config: { ...config, kind: "redis-conf" as const } }),
  };
}

/** Undefined when no file says it. */
export function asksForPassword(sentinel: SentinelInstance): boolean | undefined {
  return sentinel.config === undefined ? undefined : requiresPassword(asNode(sentinel));
}

/** With the hash that ACL users may have instead of the password. */
export function loginOf(user: string, { text, place }: { text: string; place: Place }): Login {
  return { user, password: text, hash: createHash("sha256").update(text).digest("hex"), place };
}

export type PeerLogin =
  | { readonly kind: "none"; readonly place: Place }
  | { readonly kind: "unknown" }
  | { readonly kind: "login"; readonly login: Login };

/** What it shows to other Sentinels: sentinel-pass, else its own requirepass, as before 6.2. */
export function peerLogin(sentinel: SentinelInstance): PeerLogin {
  const { config } = sentinel;
  if (config === undefined || config.gaps.length > 0) return { kind: "unknown" };
  const written = (name: string) => config.directives.findLast((line) => line.name === name);
  const line = written("sentinel sentinel-pass") ?? written("requirepass");
  const [password] = line?.words ?? [];
  if (line === undefined || password === undefined || password.text === "") {
    return { kind: "none", place: { file: config.file, line: 1, column: 1 } };
  }
  const user = sentinelSetting({ config }, "sentinel sentinel-user");
  const isUnknown = password.isUnknown || line.isConditional === true || user?.isUnknown === true;
  if (isUnknown) return { kind: "unknown" };
  const name = line.name === "requirepass" ? "" : (user?.text ?? "");
  const login = loginOf(name === "" ? "default" : name, { text: password.text, place: password.place });
  return { kind: "login", login };
}

/** Whether `sentinel` lets a peer in that shows this. */
export function letsIn(sentinel: SentinelInstance, login: Login): boolean | undefined {
  return accepts(asNode(sentinel), login);
}

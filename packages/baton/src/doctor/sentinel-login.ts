// How Sentinels log in to Redis and to each other, and what each asks of whoever connects.
import type { Monitor, RedisInstance, SentinelInstance } from "./facts.ts";
import type { Place } from "./finding.ts";
import { type Login, accepts, loginOf } from "./passwords.ts";
import { monitorOption, requiresPassword, sentinelSetting } from "./settings.ts";

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

/** What Sentinel shows to the nodes of a group; undefined without a password, and when it is not known. */
export function monitorLogin(monitor: Monitor | undefined): Login | undefined {
  const password = monitor && monitorOption(monitor, "auth-pass");
  const user = monitor && monitorOption(monitor, "auth-user");
  if (password === undefined || password.isUnknown || user?.isUnknown === true) return undefined;
  return loginOf(user?.text ?? "default", password);
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

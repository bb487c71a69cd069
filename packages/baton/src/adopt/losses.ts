// What a cluster file has no place for, and what somebody has to check before anything is deployed: as
// sentences. Pure.
import { counted, listed, quoted } from "../cluster/text.ts";
import { nameOf } from "../doctor/live/answers.ts";
import { redisPlaces } from "../render/host/places.ts";
import type { Seen, SeenCluster } from "./seen.ts";

const NAMES_SHOWN = 8;
const TARGETS = "agents tell the targets of a cluster file instead";

function some(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => quoted(name));
  return names.length > shown.length
    ? `${listed(shown)} and ${names.length - shown.length} more`
    : listed(shown);
}

function userLosses({ redis }: Seen): readonly string[] {
  const hidden = redis.filter(({ users }) => users === undefined).map(nameOf);
  const names = redis.flatMap(({ users = [] }) => users.map(({ name }) => name));
  const further = [...new Set(names)].filter((name) => name !== "default").sort();
  return [
    ...(hidden.length > 0 ? [`ACL users of ${listed(hidden)}: ACL LIST was refused to this login`] : []),
    ...(further.length > 0
      ? [
          `${counted(further.length, "ACL user")} (${some(further)}): applications log in as default alone`,
        ]
      : []),
  ];
}

function sentinelLosses({ sentinels }: Seen): readonly string[] {
  const scripts = sentinels.flatMap(({ groups }) =>
    [...groups].flatMap(([group, { primary }]) =>
      ["notification-script", "client-reconfig-script"].flatMap((name) => {
        const path = primary.get(name) ?? "";
        return path === "" ? [] : [`${name} ${quoted(path)} of group ${quoted(group)}: ${TARGETS}`];
      }),
    ),
  );
  const named = sentinels.filter(({ settings }) =>
    ["resolve-hostnames", "announce-hostnames"].some((name) => settings?.get(name) === "yes"),
  );
  const names =
    named.length === 0 ? [] : [`host names at ${listed(named.map(nameOf))}: addresses alone`];
  return [...new Set(scripts), ...names];
}

function portLosses({ redis, isEncrypted }: Seen): readonly string[] {
  const other = isEncrypted ? "port" : "tls-port";
  const both = redis.filter(({ settings }) => (settings?.get(other) ?? "0") !== "0");
  const kind = isEncrypted ? "plain text" : "TLS";
  if (both.length === 0) return [];
  return [
    `the second port, for ${kind}, of ${listed(both.map(nameOf))}: a cluster file has one or the other`,
  ];
}

export function lossesOf(seen: Seen): readonly string[] {
  return [
    ...userLosses(seen),
    ...sentinelLosses(seen),
    ...portLosses(seen),
    "what no answer shows: commands that were renamed, and ACL users of Sentinels",
  ];
}

/** Whether Sentinels and nodes were asked with a password. */
export interface Logins {
  readonly sentinel: boolean;
  readonly redis: boolean;
}

export function checksOf({ groups, hosts }: SeenCluster, seen: Seen, logins: Logins): readonly string[] {
  const { sentinel, redis } = logins;
  const folders = [...new Set(seen.redis.map(({ settings }) => settings?.get("dir") ?? "?"))];
  const places = groups.map(({ name }) => redisPlaces(name).dataDirectory);
  return [
    `Zones: no answer says where ${counted(hosts.length, "host")} stand. Each has a zone of its own here; ` +
      "give those one zone that fail together.",
    redis
      ? "The password `application` must be the present requirepass, so that applications go on unchanged."
      : "Nodes ask for no password today. With Baton they do: applications must send `application`.",
    sentinel
      ? "Sentinels, too, will ask applications for `application`, which may be another one than today."
      : "Sentinels ask for no password today. With Baton they ask for `application`: whoever finds the " +
        "primary through them must send it.",
    "Applications are the user default and lose the commands of @admin and @dangerous but INFO, ROLE and " +
      "SORT: KEYS, FLUSHALL and MIGRATE among them.",
    `The data lies in ${some(folders)} today; Baton's nodes keep theirs in ${listed(places)}. The primary ` +
      "must not start there without it.",
  ];
}

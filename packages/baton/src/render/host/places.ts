// Where everything is on a real host: settings that Baton writes in /etc, state that processes write in
// /var. Debian's paths and users where Debian has any.
import type { GroupPlan, Layout, SecretName, SentinelPlan } from "../../cluster/types.ts";
import { hostNamed } from "../../cluster/layout.ts";
import { assert } from "../../errors.ts";
import type { Site } from "../renderer.ts";

/** What Baton writes, and nobody else: root owns it. */
export const SETTINGS_FOLDER = "/etc/baton";
export const CLUSTER_FILE = `${SETTINGS_FOLDER}/cluster.yml`;
export const PROGRAM = "/usr/local/bin/baton";
/** Of agents and routers: the newest epoch seen, and the journal. */
export const STATE_FOLDER = "/var/lib/baton";

/** What belongs to this boot: what processes were started with, for `baton converge`. Root's own. */
const RUN_FOLDER = "/run/baton";

/** By unit of systemd. */
export const recordPath = (unit: string): string => `${RUN_FOLDER}/${unit}.json`;

export const secretFile = (name: SecretName | "token"): string => `${SETTINGS_FOLDER}/secrets/${name}`;

export interface RedisPlaces {
  readonly unit: string;
  /** Baton's: settings alone, the same whatever the role. */
  readonly settings: string;
  /** Redis' own, made of the settings at every start, and rewritten by Redis with its role. */
  readonly config: string;
  readonly dataDirectory: string;
  /** The role that `baton node-start` found, for systemd. */
  readonly role: string;
  /** While it is there, the next start may be that of a new group's first primary; that start takes it. */
  readonly bootstrap: string;
}

/** Debian's unit for several instances, also where there is one: another group must not move the first. */
export function redisPlaces(group: string): RedisPlaces {
  const dataDirectory = `/var/lib/redis/${group}`;
  return {
    unit: `redis-server@${group}.service`,
    settings: `${SETTINGS_FOLDER}/redis/${group}.conf`,
    config: `${dataDirectory}/redis.conf`,
    dataDirectory,
    role: `/run/redis-${group}/role.env`,
    bootstrap: `${RUN_FOLDER}/bootstrap-${group}`,
  };
}

export const SENTINEL = {
  unit: "redis-sentinel.service",
  /** Baton's: what a Sentinel's own file is made of at every start, with its state. */
  settings: `${SETTINGS_FOLDER}/sentinel.conf`,
  /** Sentinel's own, in which it remembers its id, its votes and the primary it follows. */
  config: "/var/lib/redis-sentinel/sentinel.conf",
  dataDirectory: "/var/lib/redis-sentinel",
} as const;

function groupOf({ groups }: Layout, node: string): GroupPlan {
  const group = groups.find(({ nodes }) => nodes.some(({ id }) => id === node));
  assert(group !== undefined, `no group has a node ${node}`);
  return group;
}

/** Logs go to the journal, as standard output. */
export function hostSite(layout: Layout): Site {
  return {
    redis: ({ id }) => {
      const { settings, dataDirectory } = redisPlaces(groupOf(layout, id).name);
      return { config: settings, dataDirectory, log: "" };
    },
    sentinel: (_sentinel: SentinelPlan) => {
      return { config: SENTINEL.settings, dataDirectory: SENTINEL.dataDirectory, log: "" };
    },
    listenAddress: (host) => hostNamed(layout.cluster, host).address,
    tellsRole: true,
  };
}

// What Redis and Valkey differ in and Baton cares about: one table, so that no other code asks for a version.
//
// Every row was seen on Redis 7.0.15 and 8.0.2 and on Valkey 8.1.1 and 9.1.2. What is the same on all four
// has no row: ROLE's words, the names of INFO's fields (master_..., slave...), several sections in one INFO,
// SENTINEL DEBUG's table, CLIENT PAUSE WRITE, CLIENT KILL TYPE, FAILOVER and its master_failover_state.
import { StrangeReply } from "./replies.ts";

export type Family = "redis" | "valkey";

export interface EngineVersion {
  readonly family: Family;
  readonly version: readonly [major: number, minor: number, patch: number];
  /** "redis 7.0.15", "valkey 9.1.2" */
  readonly name: string;
}

interface Row {
  readonly id: string;
  /** The oldest version that is known to have it; a family without one does not. */
  readonly since: Readonly<Partial<Record<Family, string>>>;
  readonly sentence: string;
}

export const CAPABILITIES = [
  {
    id: "client-setinfo",
    since: { redis: "8.0", valkey: "8.1" },
    sentence: "CLIENT SETINFO, and its ACL rule +client|setinfo; elsewhere the rule ends the process.",
  },
  {
    id: "coordinated-failover",
    // Valkey 9.0.0 broke every failover with an older ACL, and 9.1.0 could crash in it (valkey#4066).
    since: { valkey: "9.1.2" },
    sentence:
      "SENTINEL FAILOVER NAME COORDINATED: the old primary hands over by FAILOVER, with its writes paused.",
  },
  {
    id: "primary-names",
    since: { valkey: "8.1" },
    sentence:
      "SENTINEL PRIMARY, PRIMARIES and GET-PRIMARY-ADDR-BY-NAME, primaryauth and primaryuser, " +
      "beside the old names.",
  },
  {
    id: "stale-peer-down",
    since: { valkey: "9.1" },
    sentence:
      "A defect: after a failover a Sentinel keeps master_down on its peers, so that at the next +sdown " +
      "its own opinion alone reaches the quorum. SENTINEL RESET clears it; elsewhere it is gone after 5 s.",
  },
  {
    id: "waitaof",
    since: { redis: "8.0", valkey: "8.1" },
    sentence: "WAITAOF: wait until a write is in the append-only file, here and on replicas.",
  },
] as const satisfies readonly Row[];

export type CapabilityId = (typeof CAPABILITIES)[number]["id"];

export interface Capabilities {
  readonly engine: EngineVersion;
  readonly has: ReadonlySet<CapabilityId>;
}

/** "9.1" counts as 9.1.0. Undefined for what is no version. */
function versionFrom(text: string): EngineVersion["version"] | undefined {
  const [whole, major, minor, patch = "0"] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return whole === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

function isAtLeast(version: EngineVersion["version"], since: string): boolean {
  const [major, minor, patch] = version;
  const [majorMin, minorMin, patchMin] = versionFrom(since) ?? [Infinity, 0, 0];
  if (major !== majorMin) return major > majorMin;
  return minor === minorMin ? patch >= patchMin : minor > minorMin;
}

/**
 * What a node or a Sentinel is, by its INFO server. Valkey's redis_version names the Redis that it is
 * compatible with, and not itself.
 * @throws StrangeReply without a version, as when INFO's section server was not asked for.
 */
export function engineOf(info: ReadonlyMap<string, string>): EngineVersion {
  const family = info.get("server_name") === "valkey" || info.has("valkey_version") ? "valkey" : "redis";
  const text = info.get(`${family}_version`);
  const version = versionFrom(text ?? "");
  if (version === undefined) throw new StrangeReply(`${family}_version in INFO server`, text);
  return { family, version, name: `${family} ${text}` };
}

/** @throws StrangeReply as engineOf. */
export function capabilitiesOf(info: ReadonlyMap<string, string>): Capabilities {
  const engine = engineOf(info);
  const has = CAPABILITIES.filter((row: Row) => {
    const since = row.since[engine.family];
    return since !== undefined && isAtLeast(engine.version, since);
  });
  return { engine, has: new Set(has.map(({ id }) => id)) };
}

// Which processes Baton cannot take over at all: other programs, older versions, Redis Cluster, and nodes
// that do not show their settings. Pure.
import { quoted } from "../cluster/text.ts";
import type { LiveRedis, LiveSentinel } from "../doctor/facts.ts";
import { nameOf, type Row } from "../doctor/live/answers.ts";
import { engineOf, type EngineVersion } from "../redis/capabilities.ts";
import { StrangeReply } from "../redis/replies.ts";
import type { Seen } from "./seen.ts";

/** ACL rules, SENTINEL DEBUG and bind-source-addr as Baton writes them. */
const MAJOR_MIN = { redis: 7, valkey: 8 } as const;

function engineIn(info: Row): EngineVersion | undefined {
  try {
    return engineOf(info);
  } catch (error) {
    // A version that cannot be read is an answer, too; anything else is a bug.
    if (error instanceof StrangeReply) return undefined;
    throw error;
  }
}

function versionReasons({ info = new Map<string, string>(), ...place }: LiveRedis | LiveSentinel) {
  const engine = engineIn(info);
  const expected = "expected Redis 7.0 or later, or Valkey 8 or later";
  if (engine === undefined) return [`${nameOf(place)} does not say its version; ${expected}`];
  if (engine.version[0] >= MAJOR_MIN[engine.family]) return [];
  return [`${nameOf(place)} is ${quoted(engine.name)}; ${expected}`];
}

function nodeReasons(node: LiveRedis): readonly string[] {
  const mode = node.info?.get("redis_mode") ?? "standalone";
  const isLoading = (node.info?.get("loading") ?? "0") !== "0";
  return [
    ...(mode === "standalone"
      ? []
      : [`${nameOf(node)} runs in the mode ${quoted(mode)}, and Sentinel watches none such`]),
    ...(isLoading ? [`${nameOf(node)} is loading its data; wait until it is done`] : []),
    ...(node.settings === undefined
      ? [`${nameOf(node)} does not show its settings: this login must be allowed CONFIG GET`]
      : []),
  ];
}

export function unfitIn({ redis, sentinels }: Seen): readonly string[] {
  return [...[...redis, ...sentinels].flatMap(versionReasons), ...redis.flatMap(nodeReasons)];
}

// One Redis node's answers about what changes slowly: memory, disk, resyncs, the settings it runs with.
import { countIn, type Info, infoOf } from "./info-fields.ts";
import type { NodeVitals } from "./types.ts";

type Question = readonly [string, ...string[]];

const SECTIONS: readonly Question[] = [
  // One section a question: Redis 6.2 takes no more. The same goes for names of settings.
  ["INFO", "stats"],
  ["INFO", "memory"],
  ["INFO", "persistence"],
];

const VALUE_CHARACTERS_MAX = 200;

/** Sent in one write. `settings` by name; empty when it is not their turn. */
export function vitalQuestions(settings: readonly string[]): readonly Question[] {
  return [...SECTIONS, ...settings.map((name) => ["CONFIG", "GET", name] as const)];
}

/** Redis says "ok" or "err"; without the word nothing is known. */
const isOk = (info: Info, name: string): boolean | undefined => {
  const said = info.get(name);
  return said === undefined ? undefined : said === "ok";
};

/** Buffers of replicas and of the append-only file do not count towards maxmemory. */
function usedBytes(memory: Info): number | undefined {
  const used = countIn(memory, "used_memory");
  if (used === undefined) return undefined;
  return Math.max(0, used - (countIn(memory, "mem_not_counted_for_evict") ?? 0));
}

function appendOnly(persistence: Info): boolean | undefined {
  if (persistence.get("aof_enabled") !== "1") return undefined;
  const isWritten = isOk(persistence, "aof_last_write_status");
  const isRewritten = isOk(persistence, "aof_last_bgrewrite_status");
  if (isWritten === undefined && isRewritten === undefined) return undefined;
  return isWritten !== false && isRewritten !== false;
}

/** A server that does not let this user read a setting, or does not know it, says nothing of it. */
function settingIn(name: string, reply: unknown): string | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [said, value] = reply as readonly unknown[];
  if (said !== name || typeof value !== "string" || value.length > VALUE_CHARACTERS_MAX)
    return undefined;
  return value;
}

/** `settings`: as they were asked for. Replies that are errors, or strange, leave out what they stand for. */
export function vitalsOf(
  at: Pick<NodeVitals, "node" | "atMs">,
  replies: readonly unknown[],
  settings: readonly string[],
): NodeVitals {
  const [stats, memory, persistence, ...values] = replies;
  const [ofStats, ofMemory, ofPersistence] = [infoOf(stats), infoOf(memory), infoOf(persistence)];
  const known = {
    fullResyncs: countIn(ofStats, "sync_full"),
    usedBytes: usedBytes(ofMemory),
    maxBytes: countIn(ofMemory, "maxmemory"),
    isSnapshotOk: isOk(ofPersistence, "rdb_last_bgsave_status"),
    isAppendOnlyOk: appendOnly(ofPersistence),
  };
  const said = settings.flatMap((name, index) => {
    const value = settingIn(name, values[index]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const there = Object.entries(known).filter(([, value]) => value !== undefined);
  return { ...at, ...Object.fromEntries(there), settings: Object.fromEntries(said) };
}

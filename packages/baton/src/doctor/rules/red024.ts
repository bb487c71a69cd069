// RED024: a primary that is too full to be demoted.
import type { RedisInstance } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { bytesOf, setting } from "../settings.ts";
import { canonicalName } from "../settings.ts";

export const red024: Rule = {
  id: "RED024",
  title: "more data than maxmemory lets a returning primary hold",
  severity: "error",
  why:
    "Sentinel demotes within MULTI. Above maxmemory with noeviction each queued command is answered " +
    "OOM and EXEC fails: the old primary stays a primary beside the new one, for ever. A limit " +
    "raised by CONFIG SET only is gone after a restart, and the data is not.",
  fix:
    "Raise maxmemory, and write it to the file by CONFIG REWRITE; a node in that state then follows " +
    "Sentinel by itself.",
  evidence: "Measured on 7.0.15: demotion tried every 10 s, still a primary after 45 s.",
  sees: ["live"],
  *check(facts) {
    for (const node of facts.redis) {
      const { live } = node;
      const used = countedBytes(node);
      if (live === undefined || !Number.isFinite(used)) continue;
      if (setting(node, "maxmemory-policy")?.text !== "noeviction") continue;
      const place = { file: `${live.address}:${String(live.port)}`, line: 0, column: 0 };
      const limit = bytesOf(live.settings?.get("maxmemory") ?? "0") ?? 0;
      const next = fileLimit(node);
      const isPrimary = live.info?.get("role") === "master";
      if (isPrimary && limit > 0 && used > limit) {
        const message =
          `${String(used)} bytes are used of maxmemory ${String(limit)}, with noeviction: it cannot be ` +
          `demoted.`;
        yield { place, message };
      } else if (next !== undefined && next > 0 && used > next) {
        const message =
          `${String(used)} bytes are used, and its file allows ${String(next)} (maxmemory): ` +
          "after a restart it cannot be demoted.";
        yield { place, message };
      }
    }
  },
};

/** What is compared with maxmemory: buffers of replicas and of the append-only file do not count. */
function countedBytes({ live }: RedisInstance): number {
  const used = Number(live?.info?.get("used_memory") ?? Number.NaN);
  return used - Number(live?.info?.get("mem_not_counted_for_evict") ?? 0);
}

function fileLimit({ config }: RedisInstance): number | undefined {
  const line = config?.directives.findLast(({ name }) => canonicalName(name) === "maxmemory");
  const [word] = line?.words ?? [];
  return word === undefined || word.isUnknown ? undefined : bytesOf(word.text);
}

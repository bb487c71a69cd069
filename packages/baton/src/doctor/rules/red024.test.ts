// RED024 put to the test.
import type { LiveRedis } from "../facts.ts";
import { testRule } from "../rule.fixture.ts";
import { red024 } from "./red024.ts";

function node(role: string, used: number, limit: string, uncounted = 0): LiveRedis {
  return {
    address: "10.0.0.1",
    port: 6379,
    info: new Map([
      ["role", role],
      ["used_memory", String(used)],
      ["mem_not_counted_for_evict", String(uncounted)],
    ]),
    settings: new Map([
      ["maxmemory", limit],
      ["maxmemory-policy", "noeviction"],
    ]),
  };
}
const file = { "redis.conf": "bind 10.0.0.1\nport 6379\nmaxmemory 1mb\n" };

testRule(red024, {
  finds: [
    {
      about: "a primary above its limit",
      live: { redis: [node("master", 2000, "1000")] },
      at: ["10.0.0.1:6379:0"],
    },
    {
      about: "a limit that was only raised in memory",
      files: file,
      live: { redis: [node("slave", 2_000_000, "4000000")] },
      says: "after a restart",
    },
  ],
  passes: [
    { about: "a primary below its limit", live: { redis: [node("master", 900, "1000")] } },
    {
      about: "buffers of replicas, which Redis does not count against the limit",
      live: { redis: [node("master", 1200, "1000", 300)] },
    },
    { about: "no limit", live: { redis: [node("master", 900, "0")] } },
    {
      about: "a replica above its limit, which it ignores",
      live: { redis: [node("slave", 2000, "1000")] },
    },
    { about: "a file with room", files: file, live: { redis: [node("master", 900_000, "4000000")] } },
  ],
});

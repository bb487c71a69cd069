// SYS017: a memory limit that the first snapshot breaks.
import type { RedisInstance } from "../facts.ts";
import { persists, replicatedNodes } from "../nodes.ts";
import type { Rule } from "../rule.ts";
import { servicesOf, startedWith, valueOf } from "../service.ts";
import { bytesOf, systemdBytesOf } from "../settings.ts";

const conf = "port 6379\nmaxmemory 2gb\n";
const unit = (limit: string): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `MemoryMax=${limit}\n`;

export const sys017: Rule = {
  id: "SYS017",
  title: "a memory limit without room for a fork",
  severity: "warning",
  why:
    "While a snapshot is written or a replica synchronised, a forked child shares the memory and " +
    "every changed page counts twice, beside buffers for replicas and clients. Above MemoryMax the " +
    "kernel kills Redis.",
  fix: "Set MemoryMax to at least twice maxmemory.",
  evidence: "Documented behaviour of fork and cgroups.",
  sees: ["static"],
  bad: {
    about: "Half a gigabyte for everything else.",
    files: { "h1/etc/redis/redis.conf": conf, "h1/redis-server.service": unit("2560M") },
  },
  good: {
    about: "Twice as much.",
    files: { "h1/etc/redis/redis.conf": conf, "h1/redis-server.service": unit("4G") },
  },
  *check(facts) {
    const replicated = replicatedNodes(facts);
    const forks = (node: RedisInstance): boolean => persists(node) !== false || replicated.has(node);
    for (const service of servicesOf(facts)) {
      if (service.redis.length > 0 && !service.redis.some(forks)) continue;
      const limit = valueOf(service.unit, "MemoryMax") ?? valueOf(service.unit, "MemoryLimit");
      const text = startedWith(service, "maxmemory");
      const data = text === undefined ? undefined : bytesOf(text);
      if (limit === undefined || limit.isUnknown || text === undefined || data === undefined) continue;
      const most = systemdBytesOf(limit.text);
      if (most === undefined || data === 0 || most >= 2 * data) continue;
      yield {
        place: limit.place,
        message: `The unit may use ${limit.text}, and maxmemory is ${text}; expected twice that.`,
      };
    }
  },
};

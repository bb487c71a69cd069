// SYS009: fewer clients than configured, without a word but in the log.
import type { Rule } from "../rule.ts";
import { servicesOf, startedWith, valueOf } from "../service.ts";

const unit = (limit: number): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `LimitNOFILE=${String(limit)}\n`;
const conf = "port 6379\nmaxclients 20000\n";
/** What Redis keeps for files and itself. */
const RESERVED = 32;

export const sys009: Rule = {
  id: "SYS009",
  title: "fewer open files than maxclients needs",
  severity: "warning",
  why:
    "Redis lowers maxclients to what the limit of open files allows, less 32. After a failover all " +
    "clients come to one node at once, and those above the limit are turned away.",
  fix: "Set LimitNOFILE=65535, at least maxclients plus 32.",
  evidence: "Measured on 7.0.15: with 1000 files, maxclients 10000 became 968.",
  sees: ["static"],
  bad: {
    about: "Exactly as many files as clients.",
    files: { "h1/etc/redis/redis.conf": conf, "h1/redis-server.service": unit(20_000) },
  },
  good: {
    about: "Just enough.",
    files: { "h1/etc/redis/redis.conf": conf, "h1/redis-server.service": unit(20_032) },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      const limit = valueOf(service.unit, "LimitNOFILE");
      const clients = Number(startedWith(service, "maxclients") ?? Number.NaN);
      if (limit === undefined || limit.isUnknown || service.program !== "redis") continue;
      // SOFT:HARD; Redis raises the soft one itself.
      const files = Number(limit.text.split(":").at(-1) ?? "");
      if (!(files < clients + RESERVED)) continue;
      yield {
        place: limit.place,
        message:
          `LimitNOFILE is ${limit.text}, and maxclients ${String(clients)} needs ` +
          `${String(clients + RESERVED)}.`,
      };
    }
  },
};

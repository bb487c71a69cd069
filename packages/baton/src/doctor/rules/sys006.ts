// SYS006: many instances of one unit, and one configuration for all of them.
import type { Word } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { servicesOf, valueOf } from "../service.ts";

const unit = (config: string): string =>
  `[Service]\nType=notify\nExecStart=/usr/bin/redis-server ${config} --supervised systemd\n`;

export const sys006: Rule = {
  id: "SYS006",
  title: "a template unit with a fixed configuration",
  severity: "error",
  why:
    "All instances of a template unit read, and after a failover rewrite, the same file: the second " +
    "one does not get its port, and each CONFIG REWRITE writes its role over that of the others.",
  fix: "Name the file by the instance: /etc/redis/%i.conf, and the pidfile likewise.",
  evidence: "A published unit uses %i in ExecStop only.",
  sees: ["static"],
  bad: {
    about: "One file for every instance.",
    files: { "redis@.service": unit("/etc/redis/redis.conf") },
  },
  good: { about: "A file each.", files: { "redis@.service": unit("/etc/redis/redis-%i.conf") } },
  *check(facts) {
    for (const { unit: file, start, configPath } of servicesOf(facts)) {
      if (!file.name.endsWith("@.service")) continue;
      const fixed: readonly (readonly [Word | undefined, string | undefined])[] = [
        [start, configPath],
        [valueOf(file, "PIDFile"), valueOf(file, "PIDFile")?.text],
      ];
      for (const [word, path] of fixed) {
        if (word === undefined || word.isUnknown || path === undefined || /%[iIjJnNp]/.test(path))
          continue;
        yield {
          place: word.place,
          message: `Every instance of ${file.name} uses ${path}; expected a path with %i.`,
        };
      }
    }
  },
};

// RED037: a log that cannot be opened, and so no Redis.
import type { Rule } from "../rule.ts";
import type { Draft } from "../finding.ts";
import type { Service } from "../service.ts";
import { folderOf, letsWrite } from "../sandbox.ts";
import { servicesOf } from "../service.ts";
import { sentinelSetting, setting } from "../settings.ts";

const conf = "port 6379\ndir /var/lib/redis\nlogfile /var/log/redis/redis.log\n";
const unit = (paths: string): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `ProtectSystem=strict\nReadWritePaths=/var/lib/redis /etc/redis\n${paths}`;

export const red037: Rule = {
  id: "RED037",
  title: "a logfile that the service may not write",
  severity: "error",
  why: "Redis and Sentinel end at the start when they cannot open their logfile.",
  fix: "Add LogsDirectory=redis to the unit, or the folder of the log to ReadWritePaths.",
  evidence: "Measured on 7.0.15: FATAL CONFIG FILE ERROR, Can't open the log file.",
  sees: ["static"],
  bad: {
    about: "A strict sandbox without the folder of the log.",
    files: { "h1/redis.conf": conf, "h1/redis-server.service": unit("") },
  },
  good: {
    about: "The same, and systemd makes the folder.",
    files: { "h1/redis.conf": conf, "h1/redis-server.service": unit("LogsDirectory=redis\n") },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      yield* unwritable(service);
    }
  },
};

function* unwritable({ unit: file, flags, redis, sentinels }: Service): Generator<Draft> {
  if (flags.has("logfile")) return;
  const logs = [
    ...redis.map((node) => setting(node, "logfile")),
    ...sentinels.map((sentinel) => sentinelSetting(sentinel, "logfile")),
  ];
  for (const log of logs) {
    if (log === undefined || log.isUnknown || !log.text.startsWith("/")) continue;
    // A device such as /dev/stdout is open to everybody.
    if (letsWrite(file, folderOf(log.text)) !== false || letsWrite(file, log.text) !== false) continue;
    yield {
      place: log.place,
      message:
        `logfile ${log.text} lies in a folder that ${file.name} makes read-only, so the process does ` +
        `not start.`,
    };
  }
}

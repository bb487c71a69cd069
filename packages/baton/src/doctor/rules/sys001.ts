// SYS001: Redis goes into the background, and systemd takes that for its end, or waits for it in vain.
import type { Rule } from "../rule.ts";
import { isNotified, servicesOf, startedWith, valueOf } from "../service.ts";

const unit = (flags: string): string =>
  `[Service]\nType=simple\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\nRestart=always\n`;

export const sys001: Rule = {
  id: "SYS001",
  title: "daemonize and the unit's Type do not fit",
  severity: "error",
  why:
    "With Type=simple systemd watches the process that it started. With daemonize yes that one ends " +
    "at once, systemd kills all it left behind and starts again, for ever. With Type=forking and " +
    "daemonize no it is the other way round: systemd waits for an end that does not come, and gives " +
    "up after TimeoutStartSec.",
  fix: "Use Type=notify with --supervised systemd --daemonize no on the command line of ExecStart.",
  evidence:
    "Measured with 7.0.15: the parent exits 0. With Type=notify and supervised systemd, daemonize " +
    "is ignored.",
  sees: ["static"],
  bad: {
    about: "A unit that nobody told of the file's daemonize.",
    files: { "h1/etc/redis/redis.conf": "port 6379\ndaemonize yes\n", "h1/redis.service": unit("") },
  },
  good: {
    about: "The command line has the last word.",
    files: {
      "h1/etc/redis/redis.conf": "port 6379\ndaemonize yes\n",
      "h1/redis.service": unit(" --daemonize no"),
    },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      const { unit: file, start } = service;
      const word = valueOf(file, "Type");
      const type = word?.text ?? "simple";
      const daemonize = startedWith(service, "daemonize");
      if (daemonize === undefined || word?.isUnknown === true) continue;
      const supervised = startedWith(service, "supervised") ?? "no";
      // Supervised and told where to report to, Redis stays where it is.
      const stays = isNotified(file) && ["systemd", "auto"].includes(supervised);
      const isBackground = daemonize === "yes" && !stays;
      const place = word?.place ?? start.place;
      const named = word === undefined ? "Without Type (simple)" : `With Type=${type}`;
      if (isBackground && ["simple", "exec", "notify", "notify-reload"].includes(type)) {
        const message =
          `${named} and daemonize yes, systemd sees the process end at once; expected daemonize ` +
          `no.`;
        yield { place, message };
      } else if (!isBackground && type === "forking") {
        const message =
          "With Type=forking and daemonize no, systemd waits for an end that does not come; " +
          "expected Type=notify.";
        yield { place, message };
      }
    }
  },
};

// SYS002: systemd waits for a message that Redis does not send.
import type { Rule } from "../rule.ts";
import { servicesOf, startedWith, valueOf } from "../service.ts";

const unit = (flags: string): string =>
  `[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf${flags}\n`;

export const sys002: Rule = {
  id: "SYS002",
  title: "Type=notify without supervised systemd",
  severity: "error",
  why:
    "Redis tells systemd that it is ready only with supervised systemd or auto. Without, systemd " +
    "waits for TimeoutStartSec, kills the running server, and begins again.",
  fix: "Add --supervised systemd to ExecStart, or the line to the configuration file.",
  evidence: "Measured with 7.0.15: READY=1 is sent with systemd and auto, and nothing at all with no.",
  sees: ["static"],
  bad: {
    about: "Redis' default, no.",
    files: { "h1/etc/redis/redis.conf": "port 6379\n", "h1/redis.service": unit("") },
  },
  good: {
    about: "Debian's way, on the command line.",
    files: {
      "h1/etc/redis/redis.conf": "port 6379\n",
      "h1/redis.service": unit(" --supervised systemd --daemonize no"),
    },
  },
  *check(facts) {
    for (const service of servicesOf(facts)) {
      const type = valueOf(service.unit, "Type");
      const supervised = startedWith(service, "supervised");
      if (type === undefined || !["notify", "notify-reload"].includes(type.text)) continue;
      if (supervised === undefined || ["systemd", "auto"].includes(supervised)) continue;
      // What goes into the background is SYS001.
      if (startedWith(service, "daemonize") === "yes") continue;
      yield {
        place: type.place,
        message: `Type=${type.text}, but supervised is ${supervised}; expected systemd.`,
      };
    }
  },
};

// SYS012: a voter that goes with the node whose loss it is to see.
import type { Rule } from "../rule.ts";
import { listOf, servicesOf } from "../service.ts";

const unit = (link: string): string =>
  `[Unit]\n${link}\n[Service]\nType=notify\n` +
  "ExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf --supervised systemd\n";

export const sys012: Rule = {
  id: "SYS012",
  title: "Sentinel's unit hangs on that of Redis",
  severity: "warning",
  why:
    "With Requires, BindsTo or PartOf, stopping or restarting Redis stops the Sentinel beside it: a " +
    "vote is lost exactly when it is needed.",
  fix: "Let the units be independent; After=network-online.target is all that Sentinel needs.",
  evidence: "Documented behaviour of systemd; a published unit has it.",
  sees: ["static"],
  bad: {
    about: "Sentinel requires Redis.",
    files: { "redis-sentinel.service": unit("Requires=redis-server.service") },
  },
  good: {
    about: "An order at the start ties nothing.",
    files: { "redis-sentinel.service": unit("After=redis-server.service\nWants=network-online.target") },
  },
  *check(facts) {
    for (const { unit: file, program } of servicesOf(facts)) {
      if (program !== "sentinel") continue;
      for (const key of ["Requires", "Requisite", "BindsTo", "PartOf"]) {
        const tie = listOf(file, [key], "Unit").find(
          ({ text }) => /^(?:redis|valkey).*\.service$/.test(text) && !text.includes("sentinel"),
        );
        if (tie === undefined) continue;
        yield {
          place: tie.place,
          message: `${key}=${tie.text} stops this Sentinel together with Redis; expected no such tie.`,
        };
      }
    }
  },
};

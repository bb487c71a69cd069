// SYS007: a stop command that Redis refuses, so that systemd kills it.
import type { RedisInstance, UnitFile, Word } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { listOf, servicesOf } from "../service.ts";
import { unitValues } from "../parse/systemd.ts";
import { integerOf, requiresPassword, setting } from "../settings.ts";

const unit = (stop: string): string =>
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n" +
  `ExecStop=/usr/bin/redis-cli${stop} shutdown\n`;

export const sys007: Rule = {
  id: "SYS007",
  title: "ExecStop that does not reach Redis, or is refused",
  severity: "warning",
  why:
    "redis-cli shutdown without the password is answered NOAUTH, at the wrong port it stops " +
    "somebody else. The node runs on until systemd signals it, and what was meant as an order in " +
    "good time is lost.",
  fix: "Leave ExecStop out: on SIGTERM Redis saves, hands over and ends by itself.",
  evidence: "Documented behaviour of redis-cli and systemd; a published unit has it.",
  sees: ["static"],
  bad: {
    about: "No password for a node that asks for one.",
    files: {
      "h1/etc/redis/redis.conf": "port 6379\nrequirepass kept-elsewhere\n",
      "h1/redis.service": unit(""),
    },
  },
  good: {
    about: "The password comes from the environment.",
    files: {
      "h1/etc/redis/redis.conf": "port 6379\nrequirepass kept-elsewhere\n",
      "h1/redis.service": `${unit("")}EnvironmentFile=/etc/redis/stop.env\n`,
    },
  },
  *check(facts) {
    for (const { unit: file, redis } of servicesOf(facts)) {
      const [node] = redis;
      for (const stop of unitValues(file, "Service", "ExecStop")) {
        if (node === undefined || !isShutdown(stop)) continue;
        const message = refused(stop, file, node) ?? wrongPort(stop, node);
        if (message !== undefined) yield { place: stop.place, message };
      }
    }
  },
};

function isShutdown({ text, isUnknown }: Word): boolean {
  return !isUnknown && /(?:redis|valkey)-cli\b/.test(text) && /\sshutdown\b/i.test(text);
}

function refused({ text }: Word, file: UnitFile, node: RedisInstance): string | undefined {
  const shows = /\s(?:-a|--pass|--askpass|-u|--user)\s/.test(text) || text.includes("REDISCLI_AUTH");
  const fromElsewhere = listOf(file, ["EnvironmentFile", "Environment", "PassEnvironment"]);
  if (shows || fromElsewhere.some(({ text: one }) => /REDISCLI_AUTH|^-?\//.test(one))) return undefined;
  if (requiresPassword(node) !== true) return undefined;
  return "ExecStop shows no password, and Redis asks for one; expected no ExecStop at all.";
}

function wrongPort({ text }: Word, node: RedisInstance): string | undefined {
  const given = /\s-p\s+(\S+)/.exec(text)?.[1] ?? "6379";
  const port = integerOf(setting(node, "port"));
  const isElsewhere = /\s(?:-s|-u)\s/.test(text) || !/^\d+$/.test(given);
  if (isElsewhere || port === undefined || Number(given) === port) return undefined;
  return `ExecStop stops what listens on port ${given}, and this Redis has port ${String(port)}.`;
}

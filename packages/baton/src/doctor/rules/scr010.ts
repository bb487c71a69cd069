// SCR010: a notification script that does its heavy work for every single event.
import type { Script, ScriptCommand } from "../facts-infrastructure.ts";
import { failoverScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const sentinel =
  "sentinel monitor main 10.0.0.1 6379 2\nsentinel notification-script main /etc/redis/notify.sh\n";
const post = 'curl -fsS -m 10 -d "$1 $2" http://alerts.internal/\n';

export const scr010: Rule = {
  id: "SCR010",
  title: "notification script without a filter",
  severity: "warning",
  why:
    "One failover starts a notification script 27 times; Sentinel runs 16 scripts at " +
    "once, keeps 256 waiting and " +
    "drops the oldest in silence, also the one that would move the clients.",
  fix:
    "Leave at once for events that nobody needs, and hand the others to a queue (logger, " +
    "a local socket).",
  evidence: "measured: 27 runs in one failover",
  sees: ["static"],
  bad: {
    about: "Every event is a request of up to ten seconds.",
    files: { "sentinel.conf": sentinel, "notify.sh": `#!/bin/sh\n${post}` },
  },
  good: {
    about: "Only the switch itself is.",
    files: {
      "sentinel.conf": sentinel,
      "notify.sh": `#!/bin/sh\n[ "$1" = +switch-master ] || exit 0\n${post}`,
    },
  },
  *check(facts) {
    for (const { script, job } of failoverScripts(facts)) {
      const slow = job === "notification" ? firstSlow(script) : undefined;
      if (slow !== undefined) {
        yield {
          place: slow.place,
          message: `${slow.name} runs for every event of Sentinel; expected a look at $1 before it.`,
        };
      }
    }
  },
};

const SLOW = new Set(
  (
    "curl wget mail mailx sendmail ssh scp aws gcloud doctl openstack python python3 " +
    "node php ansible"
  ).split(" "),
);
/** The same in Python. */
const SLOW_CALL = /^(requests|urllib|smtplib|httpx)\./;

/** A command in the main line that no earlier way out was in front of. */
function firstSlow({ commands }: Script): ScriptCommand | undefined {
  const exit = commands.findIndex(({ name, isNested }) => /^(exit|sys\.exit)$/.test(name) && isNested);
  const slow = commands.findIndex(
    ({ name, isNested, outcome }) =>
      (SLOW.has(name) || SLOW_CALL.test(name)) && !isNested && outcome !== "condition",
  );
  return slow === -1 || (exit !== -1 && exit < slow) ? undefined : commands[slow];
}

// SCR006: a script that only some of the Sentinels would start.
import type { SentinelInstance } from "../facts.ts";
import { monitorsNamed } from "../monitors.ts";
import type { Rule } from "../rule.ts";

const monitor = "port 26379\nsentinel monitor main 10.0.0.1 6379 2\n";
const script = "sentinel client-reconfig-script main /etc/redis/reconfig.sh\n";

const SCRIPTS = ["client-reconfig-script", "notification-script"] as const;

export const scr006: Rule = {
  id: "SCR006",
  title: "script configured on some Sentinels only",
  severity: "warning",
  why:
    "Which Sentinel leads a failover is chance, and a Sentinel on the dead host starts " +
    "nothing. Where the one that " +
    "has the script does not run, nobody tells the clients.",
  fix: "Configure the same script on every Sentinel of the group, or on none.",
  evidence: "follows from Sentinel's election: every Sentinel starts its own scripts only",
  sees: ["static"],
  bad: {
    about: "One of three Sentinels has no script.",
    files: {
      "h1/sentinel.conf": monitor + script,
      "h2/sentinel.conf": monitor + script,
      "h3/sentinel.conf": monitor,
    },
  },
  good: {
    about: "All three have it.",
    files: {
      "h1/sentinel.conf": monitor + script,
      "h2/sentinel.conf": monitor + script,
      "h3/sentinel.conf": monitor + script,
    },
  },
  *check(facts) {
    for (const group of facts.groups) {
      for (const option of SCRIPTS) {
        const files = group.sentinels.filter(({ config }) => config !== undefined);
        const silent = files.filter((sentinel) => !hasOption(sentinel, group.name, option));
        if (silent.length === 0 || silent.length === files.length) {
          continue;
        }
        for (const sentinel of silent) {
          const monitor = monitorOf(sentinel, group.name);
          if (monitor !== undefined && sentinel.config?.isTemplate === false) {
            const others = files.length - silent.length;
            yield {
              place: monitor.place,
              message:
                `${option} of ${group.name} is missing here and set in ${String(others)} other ` +
                `${others === 1 ? "file" : "files"}; expected it on all or none.`,
            };
          }
        }
      }
    }
  },
};

function monitorOf(sentinel: SentinelInstance, group: string) {
  return monitorsNamed(sentinel.config, group).at(0);
}

function hasOption(sentinel: SentinelInstance, group: string, option: string): boolean {
  return (monitorOf(sentinel, group)?.options.get(option) ?? []).length > 0;
}

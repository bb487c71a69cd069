// SCR004: a script that may still run when Sentinel loses patience.
import type { ScriptCommand } from "../facts-infrastructure.ts";
import { failoverScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const head = "#!/bin/sh\n# client-reconfig-script\nset -e\n";
/** Sentinel's limit for one run. */
const RUN_SECONDS_MAX = 60;

export const scr004: Rule = {
  id: "SCR004",
  title: "script may run for longer than 60 s",
  severity: "warning",
  why:
    "After 60 s Sentinel kills a script with SIGKILL and starts it again later; what it " +
    "had half done stays so, " +
    "and up to 16 such scripts keep all others waiting.",
  fix:
    "Give every request a limit (curl --max-time, wget --timeout) and leave long work to " +
    "another process.",
  evidence: "Sentinel's source: 60 s, 16 at a time, 256 waiting",
  sees: ["static"],
  bad: {
    about: "A request that may wait for ever.",
    files: { "reconfig.sh": `${head}curl -fsS -d "ip=$6" http://lb.internal/primary\n` },
  },
  good: {
    about: "A request that gives up after five seconds.",
    files: { "reconfig.sh": `${head}curl -fsS -m 5 -d "ip=$6" http://lb.internal/primary\n` },
  },
  *check(facts) {
    for (const { script } of failoverScripts(facts)) {
      for (const command of script.commands) {
        const message = reasonToWait(command);
        if (message !== undefined) {
          yield { place: command.place, message };
        }
      }
    }
  },
};

function reasonToWait({ name, words }: ScriptCommand): string | undefined {
  const has = (pattern: RegExp): boolean => words.some(({ text }) => pattern.test(text));
  if (name === "curl" && !has(/^--max-time|^-[a-zA-Z]*m\d*$/) && !has(/^-K$|^--config/)) {
    return "curl has no limit of time; expected --max-time of some seconds.";
  }
  if (name === "wget" && !has(/^--timeout|^-T|--read-timeout/)) {
    return "wget waits for up to 900 s a try; expected --timeout of some seconds.";
  }
  const seconds = /^(sleep|time\.sleep)$/.test(name) ? Number(words[0]?.text.replace(/s$/, "")) : 0;
  return seconds >= RUN_SECONDS_MAX
    ? `The script sleeps for ${String(seconds)} s; Sentinel kills it after ${String(RUN_SECONDS_MAX)}.`
    : undefined;
}

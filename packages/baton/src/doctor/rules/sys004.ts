// SYS004: a Sentinel with scripts in a sandbox that runs nothing.
import type { SentinelInstance, Word } from "../facts.ts";
import type { Rule } from "../rule.ts";
import { isBelow } from "../sandbox.ts";
import { listOf, servicesOf } from "../service.ts";

const conf = (script: string): string => `port 26379\nsentinel monitor main 10.0.0.1 6379 2\n${script}`;
const unit =
  "[Service]\nType=notify\nExecStart=/usr/bin/redis-sentinel /etc/redis/sentinel.conf " +
  "--supervised systemd\n" +
  "NoExecPaths=/\nExecPaths=/usr/bin/redis-sentinel /usr/lib /lib\n";

export const sys004: Rule = {
  id: "SYS004",
  title: "scripts that the unit's sandbox does not let run",
  severity: "error",
  why:
    "Sentinel checks at its start whether its scripts are executable, and ends when they are not. " +
    "Debian's own unit has NoExecPaths=/ and allows only Sentinel itself; even with the script " +
    "allowed, its interpreter is not.",
  fix:
    "Add a drop-in with ExecPaths= for the script, /bin and /usr/bin, or do without scripts and " +
    "follow Sentinel's events from a program of its own.",
  evidence:
    "Measured on a mount without exec: FATAL, non existing or non executable; Debian 12's " +
    "redis-sentinel.service.",
  sees: ["static"],
  bad: {
    about: "Debian 12's unit with a script.",
    files: {
      "h1/etc/redis/sentinel.conf": conf("sentinel notification-script main /opt/tell.sh\n"),
      "h1/redis-sentinel.service": unit,
    },
  },
  good: {
    about: "The same with a drop-in that opens what is needed.",
    files: {
      "h1/etc/redis/sentinel.conf": conf("sentinel notification-script main /opt/tell.sh\n"),
      "h1/redis-sentinel.service": unit,
      "h1/redis-sentinel.service.d/scripts.conf": "[Service]\nExecPaths=/opt /bin /usr/bin\n",
    },
  },
  *check(facts) {
    for (const { unit: file, sentinels } of servicesOf(facts)) {
      const closed = pathsOf(listOf(file, ["NoExecPaths"]));
      if (closed.length === 0) continue;
      const open = pathsOf(listOf(file, ["ExecPaths"]));
      for (const script of sentinels.flatMap(scriptsOf)) {
        const missing = [script.text, "/bin/sh"].filter((path) => isClosed(path, closed, open));
        if (missing.length === 0) continue;
        yield {
          place: script.place,
          message:
            `${file.name} forbids to execute ${missing.join(" and ")} (NoExecPaths); expected ExecPaths= ` +
            `with it.`,
        };
      }
    }
  },
};

function scriptsOf({ config }: SentinelInstance): readonly Word[] {
  return (config?.monitors ?? []).flatMap(({ options }) =>
    // A misspelt option will be one of the two once SEN022 is heeded.
    [...options].flatMap(([name, lines]) => {
      const word = name.endsWith("-script") ? lines.at(-1)?.words.at(-1) : undefined;
      return word === undefined || word.isUnknown || !word.text.startsWith("/") ? [] : [word];
    }),
  );
}

function pathsOf(words: readonly Word[]): readonly string[] {
  return words.map(({ text }) => text.replace(/^[-+]+/, ""));
}

function isClosed(path: string, closed: readonly string[], open: readonly string[]): boolean {
  // An interpreter may be opened by its own name; /bin is /usr/bin nowadays.
  const names = path === "/bin/sh" ? ["/bin", "/usr/bin"] : [path];
  const opens = open.some((one) =>
    names.some((name) => isBelow(name, one) || (path === "/bin/sh" && isInterpreter(one))),
  );
  return !opens && closed.some((one) => isBelow(path, one));
}

function isInterpreter(path: string): boolean {
  return /^(?:\/usr)?\/bin\/(?:sh|bash|dash|env|python[\d.]*|perl)$/.test(path);
}

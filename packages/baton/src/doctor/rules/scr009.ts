// SCR009: passwords and keys in a script that everybody may read.
import type { Script, ScriptCommand } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import { failoverScripts } from "../failover-scripts.ts";
import type { Rule } from "../rule.ts";

const head = "#!/bin/sh\n# client-reconfig-script\nset -e\n";

export const scr009: Rule = {
  id: "SCR009",
  title: "secret in a script",
  severity: "warning",
  why:
    "A script has to be readable for whoever starts it and lies in repositories and " +
    "backups; what stands on a " +
    "command line is seen by every user of the machine.",
  fix: "Read it from a file of mode 0600 or from the environment; for redis-cli use REDISCLI_AUTH.",
  evidence: "a published recipe has it",
  sees: ["static"],
  bad: {
    about: "A key for the load balancer in clear.",
    files: {
      "reconfig.sh":
        `${head}API_TOKEN="7f3a9c21"\ncurl -fsS -m 5 -H "X-Token: $API_TOKEN" -d "$6" ` +
        "http://lb.internal\n",
    },
  },
  good: {
    about: "The key is in a file that only Redis' user reads.",
    files: {
      "reconfig.sh":
        `${head}API_TOKEN_FILE=/etc/redis/lb-token\ncurl -fsS -m 5 -H @"$API_TOKEN_FILE" -d ` +
        `"$6" http://lb.internal\n`,
    },
  },
  *check(facts) {
    for (const { script } of failoverScripts(facts)) {
      for (const { name, value } of isPrivate(script) ? [] : script.assignments) {
        if (isSecretName(name) && looksLikeSecret(value)) {
          yield {
            place: value.place,
            message: `${name} holds a secret in clear; expected a file or the environment.`,
          };
        }
      }
      for (const command of script.commands) {
        const word = passwordOf(command);
        if (word !== undefined) {
          yield {
            place: word.place,
            message: `${command.name} gets a password on its command line, in clear.`,
          };
        }
      }
    }
  },
};

/** Nobody but its owner reads it. */
function isPrivate({ state }: Script): boolean {
  return state !== undefined && state.mode % 0o100 === 0;
}

function isSecretName(name: string): boolean {
  return /(pass|passwd|password|secret|token|api_?key|application_?key|consumer_?key)$/i.test(name);
}

function looksLikeSecret({ text, isUnknown }: Word): boolean {
  return !isUnknown && text.length >= 4 && !/[/\s]|^(true|false|none|null)$/i.test(text);
}

function passwordOf({ name, words }: ScriptCommand): Word | undefined {
  const at = words.findIndex(({ text }) => text === "-a" || text === "--pass");
  const word = /^(redis|valkey)-cli$/.test(name) && at !== -1 ? words[at + 1] : undefined;
  return word !== undefined && looksLikeSecret(word) ? word : undefined;
}

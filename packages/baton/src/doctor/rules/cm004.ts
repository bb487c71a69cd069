// CM004: passwords that everybody may read, in the repository or on the host.
import { replacedConfig, sourcesOf, tasksOf, valueIn } from "../deployments.ts";
import type { Facts, RedisConfig, SentinelConfig } from "../facts.ts";
import type { AnsibleTask } from "../facts-infrastructure.ts";
import { plainSecrets } from "../plain-secrets.ts";
import type { Rule } from "../rule.ts";

const variables = (value: string): string => `redis_port: 6379\nredis_password: ${value}\n`;

export const cm004: Rule = {
  id: "CM004",
  title: "password in clear, or configuration that everybody reads",
  severity: "error",
  why:
    "Whoever reads requirepass, masterauth or auth-pass may rewrite every node and order " +
    "Sentinel about. Repositories, " +
    "backups and a mode of 0644 give it to everybody.",
  fix:
    "Keep passwords in Ansible Vault or a secret store and refer to them; mode 0640, " +
    "owner redis, folders 0750.",
  evidence: "a published recipe has both",
  sees: ["static"],
  bad: {
    about: "The password is a plain variable.",
    files: { "group_vars/redis.yml": variables("hunter2hunter2") },
  },
  good: {
    about: "The variable refers to one in a vault.",
    files: { "group_vars/redis.yml": variables('"{{ vault_redis_password }}"') },
  },
  *check(facts) {
    for (const { name, word } of plainSecrets(facts)) {
      yield {
        place: word.place,
        message: `${name} is written in clear; expected a vault or a reference to a secret.`,
      };
    }
    for (const task of tasksOf(facts)) {
      const mode = valueIn(task, "mode");
      const wide = mode !== undefined && !mode.isUnknown && isWorldReadable(mode.text);
      if (!wide) {
        continue;
      }
      if (replacedConfig(task) !== undefined) {
        if (holdsSecrets(facts, task) === false) continue;
        const message = `The configuration, which passwords belong in, has mode ${mode.text}; expected 0640.`;
        yield { place: mode.place, message };
      } else if (isDataFolder(task)) {
        const message =
          `A folder of Redis gets mode ${mode.text}, so that everybody reads its dumps; ` +
          "expected 0750.";
        yield { place: mode.place, message, severity: "warning" };
      }
    }
  },
};

/** Undefined when the template is not among the files. */
function holdsSecrets(facts: Facts, task: AnsibleTask): boolean | undefined {
  const configs = sourcesOf(facts, task);
  return configs.length === 0 ? undefined : configs.some(hasPassword);
}

function hasPassword(config: RedisConfig | SentinelConfig): boolean {
  const lines = config.kind === "sentinel-conf" ? config.lines : config.directives;
  return config.users.length > 0 || lines.some(({ name }) => /pass$|auth$/.test(name));
}

/** The last digit of the mode, or what it says of others. */
function isWorldReadable(mode: string): boolean {
  return /^0?[0-7]{3,4}$/.test(mode)
    ? /[4-7]$/.test(mode)
    : /(^|,)[a-z]*[oa][a-z]*[=+][a-zX]*r/.test(mode);
}

function isDataFolder(task: AnsibleTask): boolean {
  const path = valueIn(task, "path", "dest", "name")?.text ?? "";
  const all = [path, ...task.items.map(({ text }) => text)];
  return (
    task.module === "file" &&
    valueIn(task, "state")?.text === "directory" &&
    all.some((one) => /^\/(etc|var\/lib|data|srv|opt)\/.*(redis|valkey|sentinel)/.test(one))
  );
}

// What Ansible does to Redis: which tasks write its files, which restart it, and when.
import type { Facts, RedisConfig, SentinelConfig, Word } from "./facts.ts";
import type { AnsibleFile, AnsiblePlay, AnsibleTask } from "./facts-infrastructure.ts";
import { nearestTo } from "./near.ts";
import { oncePer } from "./once.ts";
import { plainName } from "./parse/shelf.ts";

export function tasksOf(facts: Facts): readonly AnsibleTask[] {
  return facts.ansible.flatMap(({ tasks }) => tasks);
}

export function valueIn(task: AnsibleTask, ...names: readonly string[]): Word | undefined {
  return names.flatMap((name) => task.values.get(name) ?? [])[0];
}

/** The file's name at the end of a path, without a template's ending. */
export function nameOf(word: Word | undefined): string {
  return (word?.text.split("/").at(-1) ?? "").replace(/\.(j2|jinja2?|tpl)$/, "").trim();
}

/** Software that only has Redis or a Sentinel in its name. */
const OTHERS =
  /exporter|stunnel|commander|insight|monitor|metric|logrotate|sysctl|limits|sentinel-?one/i;

/** The configuration that a task replaces as a whole. */
export function replacedConfig(task: AnsibleTask): "redis" | "sentinel" | undefined {
  if (!/^(template|copy)$/.test(task.module)) {
    return undefined;
  }
  const target = valueIn(task, "dest", "path");
  const names = [nameOf(target), nameOf(valueIn(task, "src"))];
  // Folders such as sysctl.d, rsyslog.d and conf.d are those of other programs.
  const folder = target?.text.replace(/\/[^/]*$/, "") ?? "";
  const isElsewhere = folder.endsWith(".d") && !/redis|valkey|sentinel/.test(folder);
  if (
    isElsewhere ||
    names.some((name) => OTHERS.test(name)) ||
    !names.some((name) => name.endsWith(".conf"))
  ) {
    return undefined;
  }
  if (names.some((name) => /sentinel.*\.conf$/.test(name))) {
    return "sentinel";
  }
  return names.some((name) => /(redis|valkey).*\.conf$/.test(name)) ? "redis" : undefined;
}

/** A task that looks first whether the file is there, or runs once only. */
export function isBootstrap(task: AnsibleTask): boolean {
  const force = valueIn(task, "force")?.text ?? "";
  const isAsked = task.conditions.some(({ text }) =>
    /exists|\bstat\b|bootstrap|first|initial|\binit|creat/i.test(text),
  );
  return /^(no|false)$/i.test(force) || isAsked || task.values.has("creates");
}

/** Restarts Redis or Sentinel; gives the service's word. */
export function restarts(task: AnsibleTask): Word | undefined {
  const state = valueIn(task, "state");
  const name = valueIn(task, "name", "service");
  const isService = /^(service|systemd|systemd_service|sysvinit)$/.test(task.module);
  if (isService && state?.text === "restarted" && isOurs(name?.text)) {
    return state;
  }
  const line = /^(command|shell|raw)$/.test(task.module)
    ? (task.values.get("")?.[0] ?? valueIn(task, "cmd"))
    : undefined;
  const isRestart = /(systemctl|service)\s.{0,300}\brestart\b/.test(line?.text ?? "");
  return isRestart && isOurs(line?.text) ? line : undefined;
}

function isOurs(text = ""): boolean {
  return /redis|valkey|sentinel/i.test(text) && !OTHERS.test(text);
}

/** The plays that a task may run in: its own, or those that name its role. */
export function playsOf(facts: Facts, file: AnsibleFile, task: AnsibleTask): readonly AnsiblePlay[] {
  const own = file.plays.filter(({ tasks }) => tasks.includes(task));
  const role = /(?:^|\/)roles\/([^/]+)\//.exec(file.file)?.[1];
  if (own.length > 0 || role === undefined) {
    return own;
  }
  const plays = facts.ansible.flatMap((other) => other.plays);
  return plays.filter(({ roles }) => roles.some(({ text }) => text.split(".").at(-1) === role));
}

type Config = RedisConfig | SentinelConfig;

/** The configurations that a task may mean by its `src`: those of that name that lie nearest to it. */
export function sourcesOf(facts: Facts, task: AnsibleTask): readonly Config[] {
  const named = configsByName(facts).get(nameOf(valueIn(task, "src"))) ?? [];
  return nearestTo(task.place.file, named, ({ file }) => file);
}

const configsByName = oncePer(({ redis, sentinels }: Facts): ReadonlyMap<string, readonly Config[]> => {
  const found = new Map<string, Config[]>();
  for (const config of [...redis, ...sentinels].flatMap(({ config }) => config ?? [])) {
    const name = plainName(config.file);
    found.set(name, [...(found.get(name) ?? []), config]);
  }
  return found;
});

/** How many hosts a pattern stands for, where an inventory tells. */
export function hostCount(facts: Facts, pattern: Word): number | undefined {
  const inventories = nearestTo(pattern.place.file, facts.inventory, ({ file }) => file);
  const hosts = inventories.flatMap((inventory) => inventory.hosts);
  if (pattern.isUnknown || hosts.length === 0 || /[:*!&,[]/.test(pattern.text)) {
    return undefined;
  }
  const meant = hosts.filter(
    ({ name, groups }) =>
      pattern.text === "all" || name.text === pattern.text || groups.includes(pattern.text),
  );
  return meant.length === 0 ? undefined : meant.length;
}

/** The text of a variable that a placeholder names and that is set once: {{ redis_version }}. */
export function resolved(facts: Facts, word: Word): string | undefined {
  if (!word.text.includes("{{")) return word.text;
  const variables = variablesOf(facts);
  let isKnown = true;
  const text = word.text.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => {
    const texts = variables.get(name) ?? new Set();
    const [only] = texts;
    isKnown &&= texts.size === 1 && only !== undefined;
    return only ?? whole;
  });
  return isKnown && !text.includes("{{") ? text : undefined;
}

/** By name every text that it is set to anywhere. */
const variablesOf = oncePer(
  ({ ansible, inventory }: Facts): ReadonlyMap<string, ReadonlySet<string>> => {
    const found = new Map<string, Set<string>>();
    const hosts = inventory.flatMap((one) => one.hosts.flatMap((host) => [...host.variables]));
    const written = ansible.flatMap((file) =>
      file.variables.map(({ name, value }) => [name, value] as const),
    );
    for (const [name, value] of [...written, ...hosts]) {
      if (!value.isUnknown) found.set(name, (found.get(name) ?? new Set()).add(value.text));
    }
    return found;
  },
);

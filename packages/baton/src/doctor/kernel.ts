// What files, playbooks and scripts make of the kernel of a machine that Redis runs on.
import { valueIn } from "./deployments.ts";
import type { Facts, RedisInstance, Word } from "./facts.ts";
import type { AnsibleTask } from "./facts-infrastructure.ts";
import type { Place } from "./finding.ts";
import { nearestTo } from "./near.ts";

export interface KernelSetting {
  readonly place: Place;
  readonly text: string;
  /** The nodes on such machines, as far as they are seen. */
  readonly nodes: readonly RedisInstance[];
}

/** Everything that sets it for Redis; what is written for others, or for any host, says nothing of Redis. */
export function kernelSettings(facts: Facts, name: string): readonly KernelSetting[] {
  const words = [...inFiles(facts, name), ...inTasks(facts, name), ...inScripts(facts, name)];
  return words.flatMap(({ text, place, isUnknown }) =>
    isUnknown ? [] : concerning(facts, text, place),
  );
}

/** Files that write `always` where the kernel asks about transparent huge pages. */
export function hugePages(facts: Facts): readonly KernelSetting[] {
  const lines = facts.ansible.flatMap(({ tasks }) => tasks.flatMap((task) => commandOf(task) ?? []));
  const starts = facts.units.flatMap(({ entries }) =>
    entries.flatMap(({ key, value }) => (key.startsWith("Exec") ? [value] : [])),
  );
  return [...lines, ...starts].flatMap(({ text, place }) => {
    const said = HUGE_PAGES.exec(text)?.[1];
    return said === undefined ? [] : concerning(facts, said, place);
  });
}

const HUGE_PAGES = new RegExp(
  "\\becho\\s+[\"']?(\\w+)[\"']?\\s*(?:>|\\|\\s*(?:sudo\\s+)?tee)\\s*" +
    "/sys/kernel/mm/transparent_hugepage/enabled\\b",
);

/** sysctl applies the files of a machine by their names, and the last one counts. */
function inFiles(facts: Facts, wanted: string): readonly Word[] {
  const byMachine = new Map<string, Word>();
  const ordered = facts.sysctl.toSorted((a, b) => (baseName(a.file) < baseName(b.file) ? -1 : 1));
  for (const { file, settings } of ordered) {
    const last = settings.findLast(({ name }) => name === wanted);
    if (last !== undefined) byMachine.set(rootOf(file) ?? file, last.value);
  }
  return [...byMachine.values()];
}

/** sysctl.conf is read as 99-sysctl.conf. */
function baseName(file: string): string {
  return (file.split("/").at(-1) ?? "").replace(/^(?=sysctl\.conf)/, "99-");
}

function inTasks(facts: Facts, wanted: string): readonly Word[] {
  return facts.ansible.flatMap(({ tasks }) =>
    tasks.flatMap((task) => {
      const line = commandOf(task);
      if (line !== undefined) return /\bsysctl\b/.test(line.text) ? assigned(line, wanted) : [];
      if (task.module !== "sysctl") return [];
      const isOurs = valueIn(task, "name", "key")?.text === wanted;
      const isSet = isOurs && valueIn(task, "state")?.text !== "absent";
      return isSet ? (valueIn(task, "value", "val") ?? []) : [];
    }),
  );
}

function inScripts(facts: Facts, wanted: string): readonly Word[] {
  const commands = facts.scripts.flatMap((script) => script.commands);
  return commands
    .filter(({ name, words }) => name === "sysctl" || (name === "sudo" && words[0]?.text === "sysctl"))
    .flatMap(({ words }) => words.flatMap((word) => assigned(word, wanted)));
}

/** `NAME=VALUE` behind `sysctl -w`. */
function assigned(line: Word, wanted: string): readonly Word[] {
  const pattern = new RegExp(`(?:^|\\s)["']?${wanted.replaceAll(".", "[./]")}\\s?=\\s?["']?([^\\s"']+)`);
  const text = pattern.exec(line.text)?.[1];
  return text === undefined ? [] : [{ ...line, text, isUnknown: /[{$]/.test(text) }];
}

function commandOf(task: AnsibleTask): Word | undefined {
  if (!/^(?:command|shell|raw)$/.test(task.module)) return undefined;
  return task.values.get("")?.[0] ?? valueIn(task, "cmd");
}

/** For Redis by its name or its role, or on the machine whose redis.conf lies in the same /etc. */
function concerning(facts: Facts, text: string, place: Place): readonly KernelSetting[] {
  const fileOf = ({ config }: RedisInstance): string => config?.file ?? "";
  const role = /(?:^|\/)roles\/([^/]+)\//.exec(place.file)?.[1] ?? "";
  if (/redis|valkey/i.test(`${role}/${baseName(place.file)}`)) {
    return [{ place, text, nodes: nearestTo(place.file, facts.redis, fileOf) }];
  }
  const root = rootOf(place.file);
  const nodes = facts.redis.filter((node) => root !== undefined && rootOf(fileOf(node)) === root);
  return nodes.length === 0 ? [] : [{ place, text, nodes }];
}

/** What stands in front of etc/: the machine. */
function rootOf(file: string): string | undefined {
  return /^(|.*?\/)etc\//.exec(file)?.[1];
}

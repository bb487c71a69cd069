// SEN039: Sentinel and Redis know a command by different names.
import type { RedisInstance } from "../facts.ts";
import type { Draft, Place } from "../finding.ts";
import { redisFiles, sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { everySetting } from "../settings.ts";
import { type Watch, groupName, watchesOf } from "../watches.ts";

const SENT = new Set(
  "AUTH CLIENT CONFIG EXEC INFO MULTI PING PUBLISH SCRIPT SLAVEOF SUBSCRIBE".split(" "),
);

interface Renamed {
  readonly command: string;
  /** As good as a password: never shown. */
  readonly name: string;
  readonly place: Place;
}

/** Undefined when something unknown may rename more. */
function renamedByRedis(node: RedisInstance): readonly Renamed[] | undefined {
  if (node.config === undefined || node.config.gaps.length > 0) return undefined;
  const lines = everySetting({ config: node.config }, "rename-command");
  if (lines.some(({ isUnknown }) => isUnknown)) return undefined;
  return lines.flatMap(({ words: [command, name], place }) => renamed(command?.text, name?.text, place));
}

function renamedBySentinel({ monitor }: Watch): readonly Renamed[] | undefined {
  const lines = monitor?.options.get("rename-command") ?? [];
  const isOpen = lines.some(
    (line) => line.isConditional === true || line.words.some((one) => one.isUnknown),
  );
  if (monitor === undefined || monitor.hasGaps === true || isOpen) return undefined;
  return lines.flatMap(({ words: [command, name], place }) => renamed(command?.text, name?.text, place));
}

function renamed(
  command: string | undefined,
  name: string | undefined,
  place: Place,
): readonly Renamed[] {
  const upper = command?.toUpperCase() ?? "";
  // A command renamed to nothing is gone under every name.
  return name === undefined || name === "" || !SENT.has(upper) ? [] : [{ command: upper, name, place }];
}

function lacks(names: readonly Renamed[], { command, name }: Renamed): boolean {
  const same = names.findLast((one) => one.command === command);
  return same === undefined || same.name.toLowerCase() !== name.toLowerCase();
}

/** Each command of a Sentinel is said once, however many nodes disagree with it. */
function* compare(watch: Watch, nodes: readonly RedisInstance[]): Iterable<Draft> {
  const here = renamedBySentinel(watch);
  if (here === undefined) return;
  const group = groupName(watch);
  const known = nodes.flatMap((node) => {
    const names = renamedByRedis(node);
    return names === undefined ? [] : [{ node, names }];
  });
  for (const one of here) {
    const other = known.find(({ names }) => lacks(names, one));
    if (other === undefined) continue;
    const found = `${group} has ${one.command} under another name than ${other.node.name}`;
    yield { place: one.place, message: `${found}; expected one name` };
  }
  const said = new Set(here.map(({ command }) => command));
  for (const { node, names } of known) {
    for (const { command } of names.filter((one) => !said.has(one.command))) {
      said.add(command);
      const found = `${node.name} renames ${command}, and ${group} has no sentinel rename-command for it`;
      yield { place: watch.place, message: `${found}; expected the same name` };
    }
  }
}

export const sen039: Rule = {
  id: "SEN039",
  title: "renamed command that Sentinel does not know by that name",
  severity: "error",
  why:
    "Sentinel has one table of names for all nodes of a group. Where a node calls a command " +
    "otherwise, the promotion or the reconfiguration of that node is discarded, and CKQUORUM says " +
    "OK.",
  fix:
    "Give the command the same name on every node and by sentinel rename-command on every Sentinel, " +
    "or better: rename nothing, and use ACL.",
  evidence: "measured: works with equal names, never promotes without",
  sees: ["static"],
  bad: {
    about: "Redis has a new name for CONFIG, of which Sentinel was not told.",
    files: { ...redisFiles({ lines: ["rename-command CONFIG tulip-config"] }), ...sentinelFiles() },
  },
  good: {
    about: "Sentinel was told.",
    files: {
      ...redisFiles({ lines: ["rename-command CONFIG tulip-config"] }),
      ...sentinelFiles({ lines: ["sentinel rename-command main CONFIG tulip-config"] }),
    },
  },
  *check(facts) {
    for (const watch of watchesOf(facts)) yield* compare(watch, watch.group?.nodes ?? []);
  },
};

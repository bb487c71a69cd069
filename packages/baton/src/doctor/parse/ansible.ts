// Reads Ansible's playbooks, task files and variable files, with the place of everything in them.
import type {
  AnsibleFile,
  AnsiblePlay,
  AnsibleTask,
  AnsibleVariable,
  Tree,
  TreeMap,
} from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { childOf, isMap, itemsOf, saysYes, scalarsOf, wordAt, wordsOf } from "../tree.ts";
import { holdsPlaceholder } from "./jinja.ts";
import { parseYaml } from "./yaml-tree.ts";

/** What a task may say besides its module. */
const keywords = new Set(
  (
    "action any_errors_fatal args async become become_exe become_flags become_method " +
    "become_user changed_when " +
    "check_mode collections connection debugger delay delegate_facts delegate_to diff " +
    "environment failed_when " +
    "ignore_errors ignore_unreachable listen local_action loop loop_control " +
    "module_defaults name no_log notify " +
    "poll port register remote_user retries run_once tags throttle timeout until vars when"
  ).split(" "),
);

interface Around {
  readonly conditions: readonly Word[];
  readonly isHandler: boolean;
  readonly hosts?: Word;
}

/** Never throws; blocks are opened to any depth that YAML was read to. */
export function parseAnsible(source: SourceText): AnsibleFile {
  const { documents, malformed } = parseYaml(source);
  const plays: AnsiblePlay[] = [];
  const tasks: AnsibleTask[] = [];
  const variables: AnsibleVariable[] = [];
  const isHandlers = /(^|\/)handlers\//.test(source.path);
  for (const document of documents) {
    if (isMap(document)) {
      variables.push(...variablesOf(document));
    }
    for (const item of itemsOf(document)) {
      if (!isMap(item)) {
        continue;
      }
      const play = playOf(item);
      if (play === undefined) {
        tasks.push(...tasksOf([item], { conditions: [], isHandler: isHandlers }));
        variables.push(...variablesOf(childOf(item, "vars")));
      } else {
        plays.push(play);
        tasks.push(...play.tasks);
        variables.push(...variablesOf(childOf(item, "vars")));
      }
    }
  }
  return { file: source.path, plays, tasks, variables, malformed };
}

function playOf(item: TreeMap): AnsiblePlay | undefined {
  const hosts = wordAt(item, "hosts") ?? wordsOf(childOf(item, "hosts"))[0];
  if (hosts === undefined) {
    return undefined;
  }
  const around = { conditions: [], hosts };
  const sections = ["pre_tasks", "tasks", "post_tasks", "handlers"].flatMap((section) =>
    tasksOf(itemsOf(childOf(item, section)), { ...around, isHandler: section === "handlers" }),
  );
  const serial = wordAt(item, "serial") ?? wordsOf(childOf(item, "serial"))[0];
  const roles = itemsOf(childOf(item, "roles")).flatMap(
    (role) => wordsOf(role)[0] ?? wordAt(role, "role") ?? wordAt(role, "name") ?? [],
  );
  return {
    place: item.place,
    hosts,
    ...(serial === undefined ? {} : { serial }),
    roles,
    tasks: sections,
  };
}

function tasksOf(items: readonly Tree[], around: Around): AnsibleTask[] {
  return items.filter(isMap).flatMap((item) => {
    const conditions = [...around.conditions, ...wordsOf(childOf(item, "when"))];
    const inside = { ...around, conditions };
    const nested = ["block", "rescue", "always"].flatMap((part) =>
      tasksOf(itemsOf(childOf(item, part)), inside),
    );
    return nested.length > 0 ? nested : taskOf(item, inside);
  });
}

function taskOf(item: TreeMap, around: Around): AnsibleTask[] {
  const written = [...item.entries.values()].find(
    (entry) => !keywords.has(entry.key.text) && !entry.key.text.startsWith("with_"),
  );
  if (written === undefined) {
    return [];
  }
  const values = new Map<string, readonly Word[]>(argumentsOf(written.value));
  for (const [name, entry] of mapOf(childOf(item, "args"))) {
    values.set(name, wordsOf(entry.value));
  }
  const loops = [...item.entries.values()].filter(
    (entry) => entry.key.text === "loop" || entry.key.text.startsWith("with_"),
  );
  const throttle = wordAt(item, "throttle");
  const delegate = wordAt(item, "delegate_to");
  const pause = wordAt(item, "loop_control", "pause");
  return [
    {
      place: item.place,
      name: wordAt(item, "name")?.text ?? "",
      module: written.key.text.split(".").at(-1) ?? "",
      values,
      conditions: around.conditions,
      notifies: wordsOf(childOf(item, "notify")),
      items: loops.flatMap((entry) => scalarsOf(entry.value).map((found) => found.word)),
      isHandler: around.isHandler,
      ...(throttle === undefined ? {} : { throttle }),
      ...(pause === undefined ? {} : { pause }),
      ...(delegate === undefined ? {} : { delegate }),
      ...(saysYes(wordAt(item, "run_once")) && { isOnce: true }),
      ...(around.hosts === undefined ? {} : { hosts: around.hosts }),
    },
  ];
}

function mapOf(tree: Tree | undefined): TreeMap["entries"] {
  return isMap(tree) ? tree.entries : new Map();
}

function argumentsOf(tree: Tree): [string, readonly Word[]][] {
  if (isMap(tree)) {
    return [...tree.entries].map(([name, entry]) => [name, scalarsOf(entry.value).map((at) => at.word)]);
  }
  const [line, ...others] = wordsOf(tree);
  if (line === undefined) {
    return [];
  }
  return [["", [line, ...others]], ...shortArguments(line)];
}

/** `src=a dest="b c" {{ x }}`: name=value wherever a word looks like one. */
function shortArguments(line: Word): [string, readonly Word[]][] {
  const found: [string, readonly Word[]][] = [];
  for (const match of line.text.matchAll(
    /(?:^|\s)([a-z_]{1,40})=("[^"]*"|'[^']*'|(?:\{\{[^}]{0,200}\}\}|[^\s"'])+)/g,
  )) {
    const text = (match[2] ?? "").replaceAll(/^["']|["']$/g, "");
    const word = { text, place: line.place, isUnknown: holdsPlaceholder(text) };
    found.push([match[1] ?? "", [word]]);
  }
  return found;
}

/** Top-level variables by their names, those within a map or list with their path. */
function variablesOf(tree: Tree | undefined): AnsibleVariable[] {
  return tree === undefined
    ? []
    : scalarsOf(tree).map(({ path, word }) => ({
        name: path,
        value: word,
      }));
}

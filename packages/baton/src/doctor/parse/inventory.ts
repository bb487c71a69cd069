// Reads Ansible inventories, in both of their spellings, into hosts with their groups and variables.
import type { Inventory, InventoryHost, Tree } from "../facts-infrastructure.ts";
import type { HostFacts, Malformed, Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { childOf, isMap, wordsOf } from "../tree.ts";
import { holdsPlaceholder } from "./jinja.ts";
import { parseYaml } from "./yaml-tree.ts";

/** `redis[01:20]` stands for twenty hosts; nobody writes more than this. */
const rangeMax = 256;
const hostsMax = 5000;
const malformedMax = 20;
/** Each host is given those of its groups; a thousand hosts with five hundred each are still read. */
const variablesMax = 500_000;

interface Grouping {
  readonly hosts: Map<
    string,
    { readonly name: Word; readonly groups: Set<string>; own: Map<string, Word> }
  >;
  readonly groupVariables: Map<string, Map<string, Word>>;
  /** Parents by child. */
  readonly parents: Map<string, Set<string>>;
  readonly malformed: Malformed[];
}

/** Never throws. Several hosts of one name are one, the last variables win. */
export function parseInventory(source: SourceText): Inventory {
  const grouping: Grouping = {
    hosts: new Map(),
    groupVariables: new Map(),
    parents: new Map(),
    malformed: [],
  };
  if (/\.ya?ml$/.test(source.path)) {
    const { documents, malformed } = parseYaml(source);
    grouping.malformed.push(...malformed);
    for (const document of documents) {
      readYamlGroups(grouping, document, undefined);
    }
  } else {
    readLines(grouping, source);
  }
  const budget = { left: variablesMax };
  const hosts = [...grouping.hosts.values()].map((host) => finished(grouping, host, budget));
  const [first] = hosts;
  if (budget.left <= 0 && first !== undefined) {
    const message = `gives its hosts more than ${variablesMax} variables of groups, and not all were read`;
    grouping.malformed.push({ place: first.name.place, message });
  }
  return {
    file: source.path,
    hosts,
    machines: hosts.map(machineOf),
    malformed: grouping.malformed,
  };
}

function finished(
  grouping: Grouping,
  host: { readonly name: Word; readonly groups: Set<string>; own: Map<string, Word> },
  budget: { left: number },
): InventoryHost {
  // A Set grows while it is walked, so that parents of parents are reached; names are met once.
  const groups = new Set(host.groups);
  for (const group of groups) {
    for (const parent of grouping.parents.get(group) ?? []) {
      groups.add(parent);
    }
  }
  const variables = new Map<string, Word>();
  for (const group of ["all", ...[...groups].toReversed()]) {
    for (const [name, word] of grouping.groupVariables.get(group) ?? []) {
      if (budget.left <= 0) {
        break;
      }
      budget.left -= 1;
      variables.set(name, word);
    }
  }
  for (const [name, word] of host.own) {
    variables.set(name, word);
  }
  return { name: host.name, groups: [...groups], variables };
}

const zoneNames = ["zone", "availability_zone", "az", "rack", "datacenter", "dc", "region"];
const addressNames = [
  "ansible_host",
  "ansible_ssh_host",
  "private_ip",
  "redis_ip",
  "ip",
  "redis_bind",
  "public_ip",
];

function machineOf(host: InventoryHost): HostFacts {
  const known = (name: string): string | undefined => {
    const word = host.variables.get(name);
    return word === undefined || word.isUnknown ? undefined : word.text;
  };
  const zone = zoneNames.map(known).find((text) => text !== undefined && text !== "");
  const addresses = addressNames.map(known).filter((text) => text !== undefined && text !== "");
  const own = /^[0-9.]+$|:/.test(host.name.text) ? [host.name.text] : [];
  return {
    name: host.name.text,
    addresses: [...new Set([...addresses.map(String), ...own])],
    ...(zone === undefined ? {} : { zone }),
    place: host.name.place,
  };
}

function addHost(
  grouping: Grouping,
  at: { name: Word; group: string; own: Iterable<readonly [string, Word]> },
): void {
  for (const text of expandRange(at.name.text)) {
    if (grouping.hosts.size >= hostsMax) {
      return;
    }
    const known = grouping.hosts.get(text) ?? {
      name: { ...at.name, text },
      groups: new Set<string>(),
      own: new Map<string, Word>(),
    };
    known.groups.add(at.group);
    for (const [name, word] of at.own) {
      known.own.set(name, word);
    }
    grouping.hosts.set(text, known);
  }
}

function expandRange(name: string): readonly string[] {
  const match = /^([^[\]]*)\[(\d+):(\d+)\]([^[\]]*)$/.exec(name);
  if (match === null) {
    return [name];
  }
  const [, before = "", first = "", last = "", after = ""] = match;
  const count = Math.min(Math.max(0, Number(last) - Number(first) + 1), rangeMax);
  return Array.from(
    { length: count },
    (_, index) => `${before}${String(Number(first) + index).padStart(first.length, "0")}${after}`,
  );
}

function setIn<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

function readLines(grouping: Grouping, source: SourceText): void {
  let group = "ungrouped";
  let section = "";
  for (const [index, raw] of source.text.split("\n").entries()) {
    const line = raw.replace(/\r$/, "").replace(/(^|\s)[#;].*$/, "");
    const place = {
      file: source.path,
      line: index + 1,
      column: line.length - line.trimStart().length + 1,
    };
    const header = /^\s*\[([^\]:]{1,200})(?::(vars|children))?\]\s*$/.exec(line);
    if (header !== null) {
      [, group = "", section = ""] = header;
    } else if (line.trim() === "") {
      continue;
    } else if (section === "vars") {
      const [name = "", ...rest] = line.split("=");
      const text = rest
        .join("=")
        .trim()
        .replaceAll(/^["']|["']$/g, "");
      const column = line.indexOf(text, name.length) + 1;
      setIn(grouping.groupVariables, group, () => new Map<string, Word>()).set(name.trim(), {
        text,
        place: { ...place, column: Math.max(1, column) },
        isUnknown: holdsPlaceholder(text),
      });
    } else if (section === "children") {
      setIn(grouping.parents, line.trim(), () => new Set<string>()).add(group);
    } else {
      readHostLine(grouping, { line, place, group });
    }
  }
}

function readHostLine(
  grouping: Grouping,
  at: { line: string; place: Word["place"]; group: string },
): void {
  const words = [...at.line.matchAll(/(?:"[^"]*"|'[^']*'|\{\{[^}]{0,200}\}\}|[^\s"'])+/g)];
  const name = words[0]?.[0] ?? "";
  if (name.includes("=") || name.startsWith("[") || name.startsWith("-")) {
    if (grouping.malformed.length < malformedMax) {
      grouping.malformed.push({ place: at.place, message: "is no host of an inventory" });
    }
    return;
  }
  const own = words.slice(1).flatMap((match): (readonly [string, Word])[] => {
    const [key = "", ...rest] = match[0].split("=");
    const text = rest.join("=").replaceAll(/^["']|["']$/g, "");
    const place = { ...at.place, column: match.index + key.length + 2 };
    return rest.length === 0 ? [] : [[key, { text, place, isUnknown: holdsPlaceholder(text) }]];
  });
  const word = { text: name, place: at.place, isUnknown: holdsPlaceholder(name) };
  addHost(grouping, { name: word, group: at.group, own });
}

function readYamlGroups(grouping: Grouping, tree: Tree, parent: string | undefined): void {
  if (!isMap(tree)) {
    return;
  }
  for (const [group, entry] of tree.entries) {
    if (parent !== undefined) {
      setIn(grouping.parents, group, () => new Set<string>()).add(parent);
    }
    const hosts = childOf(entry.value, "hosts");
    for (const [, host] of isMap(hosts) ? hosts.entries : []) {
      addHost(grouping, { name: host.key, group, own: scalarsIn(host.value) });
    }
    const variables = childOf(entry.value, "vars");
    if (variables !== undefined) {
      grouping.groupVariables.set(group, new Map(scalarsIn(variables)));
    }
    const children = childOf(entry.value, "children");
    if (children !== undefined) {
      readYamlGroups(grouping, children, group);
    }
  }
}

function scalarsIn(tree: Tree): readonly (readonly [string, Word])[] {
  return isMap(tree)
    ? [...tree.entries].flatMap(([name, entry]) =>
        wordsOf(entry.value)
          .slice(0, 1)
          .map((word): readonly [string, Word] => [name, word]),
      )
    : [];
}

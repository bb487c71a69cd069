// Turns the syntax tree of a shell script into what rules ask of it: commands, uses of $1 to $9, exits.
import type { Node } from "web-tree-sitter";
import type { Script, ScriptArgument, ScriptCommand, ScriptLoop } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { exitOf, exitWith, mostNodes, scriptOf, tooDeep, wordOf } from "./script-words.ts";

interface Around {
  readonly outcome: ScriptCommand["outcome"];
  readonly isNested: boolean;
  /** The function that it stands in. */
  readonly inFunction?: string;
  readonly loops?: readonly ScriptLoop[];
  readonly depth: number;
}

interface Found {
  readonly source: SourceText;
  readonly commands: ScriptCommand[];
  readonly parameters: ScriptArgument[];
  /** A function's $1 is the script's only where it is called with "$@". */
  readonly functions: Map<string, ScriptArgument[]>;
  readonly passedOn: Set<string>;
  readonly exits: { place: Word["place"]; code?: number }[];
  readonly comments: Word[];
  readonly assignments: { name: string; value: Word }[];
  takesAll: boolean;
  nodes: number;
}

export function shellScript(source: SourceText, root: Node): Script {
  const found: Found = {
    source,
    commands: [],
    parameters: [],
    functions: new Map(),
    passedOn: new Set(),
    exits: [],
    comments: [],
    assignments: [],
    takesAll: false,
    nodes: 0,
  };
  walk(found, root, { outcome: "plain", isNested: false, depth: 0 });
  for (const name of found.passedOn) {
    const own = found.functions.get(name);
    found.parameters.push(...(own ?? []));
    // Handed to a program that is not in this file: nobody sees what becomes of them.
    found.takesAll ||= own === undefined;
  }
  const { parameters, exits, comments, assignments, commands, takesAll } = found;
  const isStrict = commands.some(
    ({ name, words }) => name === "set" && words.some(({ text }) => /^-[a-z]*e|^errexit$/.test(text)),
  );
  const stopsOnError = isStrict || /^#!.*sh\s+-[a-z]*e/.test(source.text);
  return {
    ...scriptOf(source, "shell"),
    commands,
    parameters,
    exits,
    comments,
    assignments,
    takesAll,
    stopsOnError,
  };
}

function walk(found: Found, node: Node, around: Around): void {
  found.nodes += 1;
  if (around.depth > tooDeep || found.nodes > mostNodes) {
    return;
  }
  const { source } = found;
  const inside = { ...around, depth: around.depth + 1, ...loopsWith(source, node, around) };
  if (node.type === "comment") {
    found.comments.push(wordOf(source, node));
  } else if (node.type === "function_definition") {
    const name = node.childForFieldName("name")?.text ?? "";
    found.functions.set(name, found.functions.get(name) ?? []);
    walkChildren(found, node, { ...inside, isNested: true, inFunction: name });
  } else if (node.type === "command") {
    addCommand(found, node, around);
    walkChildren(found, node, inside);
  } else if (node.type === "variable_assignment") {
    addAssignment(found, node);
    walkChildren(found, node, inside);
  } else if (node.type === "simple_expansion" || node.type === "expansion") {
    addExpansion(found, node, around);
    walkChildren(found, node, inside);
  } else if (node.type === "list") {
    walkList(found, node, inside);
  } else if (/^(if|while|until|elif)_(statement|clause)$/.test(node.type)) {
    const condition = node.childForFieldName("condition");
    for (const child of node.namedChildren) {
      const isAsked = condition !== null && child.id === condition.id;
      walk(found, child, { ...inside, isNested: true, outcome: isAsked ? "condition" : "plain" });
    }
  } else if (/^(for_statement|case_item|negated_command)$/.test(node.type)) {
    const outcome = node.type === "negated_command" ? "condition" : inside.outcome;
    walkChildren(found, node, { ...inside, isNested: true, outcome });
  } else {
    walkChildren(found, node, inside);
  }
}

/** The loops around what stands within this node; `until` is a while_statement. */
function loopsWith(source: SourceText, node: Node, { loops = [] }: Around): Pick<Around, "loops"> {
  if (!/^(for|while|c_style_for)_statement$/.test(node.type)) return {};
  const variable = node.type === "for_statement" ? node.childForFieldName("variable")?.text : undefined;
  const loop = { place: wordOf(source, node).place, ...(variable !== undefined && { variable }) };
  return { loops: [...loops, loop] };
}

function walkChildren(found: Found, node: Node, around: Around): void {
  for (const child of node.namedChildren) {
    walk(found, child, around);
  }
}

/** `a || b` and `a && b`: with || in between, what b is decides whether a's failure counts. */
function walkList(found: Found, node: Node, around: Around): void {
  const [left, right] = node.namedChildren;
  const isOr = node.children.some((child) => child.type === "||");
  const isShrug =
    isOr && right !== undefined && /^(true|:)\b|^:$|^(echo|logger|printf)\b/.test(right.text);
  if (left !== undefined) {
    walk(found, left, { ...around, outcome: isShrug ? "ignored" : "condition" });
  }
  if (right !== undefined) {
    walk(found, right, { ...around, isNested: true });
  }
}

function addCommand(found: Found, node: Node, around: Around): void {
  const nameNode = node.childForFieldName("name");
  if (nameNode === null) {
    return;
  }
  const name = nameNode.text.split("/").at(-1) ?? "";
  const words = node.childrenForFieldName("argument").map((argument) => wordOf(found.source, argument));
  const place = wordOf(found.source, nameNode).place;
  const { outcome, isNested, loops } = around;
  found.commands.push({ name, words, place, outcome, isNested, ...(loops && { loops }) });
  const passesAll = words.some(({ text }) => text === "$@" || text === "$*");
  if (around.inFunction === undefined && passesAll && !/^(echo|printf|logger|log)$/.test(name)) {
    found.passedOn.add(name);
  }
  if (around.inFunction === undefined && name === "shift") {
    found.takesAll = true;
  }
  const code = words[0]?.text;
  if (name === "exit" || (name === "return" && around.inFunction === undefined)) {
    found.exits.push(code === undefined ? { place } : exitOf(place, code));
  } else if (name === "return" && code !== "0") {
    // A function that may fail; whether its caller looks is seen where it is called.
    found.exits.push({ place });
  } else if (name === "exec") {
    found.exits.push(exitWith(place));
  }
}

function addAssignment(found: Found, node: Node): void {
  const name = node.childForFieldName("name")?.text ?? "";
  const value = node.childForFieldName("value");
  if (value !== null) {
    const word = wordOf(found.source, value);
    if (!word.isUnknown) {
      found.assignments.push({ name, value: word });
    }
  }
}

function addExpansion(found: Found, node: Node, around: Around): void {
  const name = node.namedChildren[0]?.text ?? "";
  const inMain = around.inFunction === undefined;
  if (/^[@*]$/.test(name) && inMain && !isArgument(node)) {
    found.takesAll = true;
  }
  const number = /^[1-9]$/.test(name) ? Number(name) : undefined;
  if (number === undefined) {
    return;
  }
  const { assignedTo, option } = surroundingsOf(node);
  const use: ScriptArgument = {
    number,
    place: wordOf(found.source, node).place,
    ...(assignedTo === undefined ? {} : { assignedTo }),
    ...(option === undefined ? {} : { option }),
  };
  (inMain ? found.parameters : (found.functions.get(around.inFunction ?? "") ?? [])).push(use);
}

const wrappers = new Set(["string", "concatenation"]);

function isArgument(node: Node): boolean {
  let at = node.parent;
  while (at !== null && wrappers.has(at.type)) {
    at = at.parent;
  }
  return at?.type === "command";
}

/** NAME="$4", or --option "$4", or --option=$4. */
function surroundingsOf(node: Node): { assignedTo?: string; option?: string } {
  let whole = node;
  while (whole.parent !== null && wrappers.has(whole.parent.type)) {
    whole = whole.parent;
  }
  const parent = whole.parent;
  if (parent?.type === "variable_assignment") {
    const name = parent.childForFieldName("name")?.text;
    return name === undefined ? {} : { assignedTo: name };
  }
  const within = /^(--?[A-Za-z][\w-]*)=/.exec(whole.text)?.[1];
  const before = whole.previousNamedSibling?.text ?? "";
  const option = within ?? (/^--?[A-Za-z][\w-]*$/.test(before) ? before : undefined);
  return parent?.type === "command" && option !== undefined ? { option } : {};
}

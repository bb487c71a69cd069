// Turns the syntax tree of a Python script into the same that a shell script becomes.
import type { Node } from "web-tree-sitter";
import type { Script, ScriptArgument, ScriptCommand, ScriptExit } from "../facts-infrastructure.ts";
import type { Word } from "../facts.ts";
import type { SourceText } from "../sources.ts";
import { exitOf, mostNodes, scriptOf, tooDeep, wordOf } from "./script-words.ts";

interface Found {
  readonly source: SourceText;
  readonly commands: ScriptCommand[];
  readonly parameters: ScriptArgument[];
  readonly exits: ScriptExit[];
  readonly comments: Word[];
  readonly assignments: { name: string; value: Word }[];
  takesAll: boolean;
  nodes: number;
}

export function pythonScript(source: SourceText, root: Node): Script {
  const found: Found = {
    source,
    commands: [],
    parameters: [],
    exits: [],
    comments: [],
    assignments: [],
    takesAll: false,
    nodes: 0,
  };
  walk(found, root, { depth: 0, isNested: false, isTried: false });
  const { commands, parameters, exits, comments, assignments, takesAll } = found;
  // An exception that nobody catches ends Python with 1.
  return {
    ...scriptOf(source, "python"),
    commands,
    parameters,
    exits,
    comments,
    assignments,
    takesAll,
    stopsOnError: !commands.some(({ outcome }) => outcome === "ignored"),
  };
}

interface Around {
  readonly depth: number;
  readonly isNested: boolean;
  /** Within a `try`, whose `except` may swallow what fails. */
  readonly isTried: boolean;
}

function walk(found: Found, node: Node, around: Around): void {
  found.nodes += 1;
  if (around.depth > tooDeep || found.nodes > mostNodes) {
    return;
  }
  if (node.type === "comment") {
    found.comments.push(wordOf(found.source, node));
  } else if (node.type === "call") {
    addCall(found, node, around);
  } else if (node.type === "subscript" && node.childForFieldName("value")?.text === "sys.argv") {
    addArgument(found, node);
  } else if (node.type === "assignment") {
    addAssignment(found, node);
  }
  const isNested =
    around.isNested || /^(function_definition|if_statement|for_statement)$/.test(node.type);
  const inside = {
    depth: around.depth + 1,
    isNested,
    isTried: around.isTried || node.type === "try_statement",
  };
  for (const child of node.namedChildren) {
    walk(found, child, inside);
  }
}

function addCall(found: Found, node: Node, around: Around): void {
  const name = node.childForFieldName("function");
  if (name === null) {
    return;
  }
  const place = wordOf(found.source, name).place;
  const given = node.childForFieldName("arguments")?.namedChildren ?? [];
  const words = given.map((argument) => textOf(found.source, argument));
  const outcome = around.isTried ? "ignored" : "plain";
  found.commands.push({ name: name.text, words, place, outcome, isNested: around.isNested });
  if (/^(sys\.|os\._)?exit$/.test(name.text)) {
    found.exits.push(exitOf(place, words[0]?.text ?? "0"));
  }
}

/** A string without its quotes and prefix. */
function textOf(source: SourceText, node: Node): Word {
  const word = wordOf(source, node);
  const match = /^[a-z]{0,2}("""|'''|"|')([^]*)\1$/i.exec(node.text);
  return match === null ? { ...word, isUnknown: true } : { ...word, text: match[2] ?? "" };
}

function addArgument(found: Found, node: Node): void {
  const index = node.childForFieldName("subscript")?.text ?? "";
  const parent = node.parent;
  const target = parent?.type === "assignment" ? parent.childForFieldName("left")?.text : undefined;
  if (!/^[1-9]$/.test(index)) {
    found.takesAll = true;
    return;
  }
  found.parameters.push({
    number: Number(index),
    place: wordOf(found.source, node).place,
    ...(target === undefined ? {} : { assignedTo: target }),
  });
}

function addAssignment(found: Found, node: Node): void {
  const name = node.childForFieldName("left")?.text ?? "";
  const value = node.childForFieldName("right");
  if (value?.type === "string") {
    found.assignments.push({ name, value: textOf(found.source, value) });
  } else if (value?.text === "sys.argv" || value?.text.startsWith("sys.argv[1:") === true) {
    found.takesAll = true;
  }
}

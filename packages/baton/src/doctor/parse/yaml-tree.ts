// Reads YAML of any kind into a tree with places; what cannot be read is reported, and the rest is kept.
import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Parser } from "yaml";
import type { CST } from "yaml";
import type { Tree, TreeEntry } from "../facts-infrastructure.ts";
import type { Malformed, Word } from "../facts.ts";
import type { Place } from "../finding.ts";
import type { SourceText } from "../sources.ts";
import { holdsPlaceholder, maskTemplate } from "./jinja.ts";
import { yamlCharactersMax } from "./yaml-limit.ts";

interface YamlFile {
  readonly documents: readonly Tree[];
  readonly malformed: readonly Malformed[];
}

/** Nodes of one file, with what its aliases repeat: a "billion laughs" ends here. */
const nodesMax = 200_000;
/** Deeper nesting is nobody's configuration. The composer recurses, and V8 may end the process then. */
const depthMax = 100;
/** Of the reader's complaints; the rest follows from the first. */
const malformedMax = 5;

interface Reading {
  readonly path: string;
  readonly lines: LineCounter;
  readonly restore: (text: string) => string;
  readonly anchors: Map<string, { tree: Tree; size: number }>;
  nodes: number;
}

/** Never throws. Aliases are followed, `<<` is merged, templates' placeholders become unknown words. */
export function parseYaml(source: SourceText): YamlFile {
  const template = maskTemplate(source.text);
  const lines = new LineCounter();
  const reading: Reading = {
    path: source.path,
    lines,
    restore: template.restore,
    anchors: new Map(),
    nodes: 0,
  };
  // That is no fault of the file: whoever checks it says so by unreadYaml().
  if (source.text.length > yamlCharactersMax) {
    return { documents: [], malformed: [] };
  }
  try {
    const tokens = [...new Parser(lines.addNewLine).parse(template.text)];
    if (isTooDeep(tokens)) {
      return { documents: [], malformed: [complaint(reading, 0, "is nested too deeply")] };
    }
    const composer = new Composer({ strict: false, uniqueKeys: false, logLevel: "silent" });
    const documents: Tree[] = [];
    const malformed: Malformed[] = [];
    for (const document of composer.compose(tokens)) {
      for (const error of document.errors.slice(0, malformedMax - malformed.length)) {
        malformed.push(complaint(reading, error.pos[0], firstSentence(error.message)));
      }
      documents.push(treeOf(reading, document.contents, 0));
    }
    return { documents, malformed };
  } catch (error) {
    // The library gives up on some garbage by throwing; to a reader of files that is one more complaint.
    const reason = error instanceof Error ? firstSentence(error.message) : "unreadable";
    return { documents: [], malformed: [complaint(reading, 0, reason)] };
  }
}

function firstSentence(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
}

function isTooDeep(tokens: readonly CST.Token[]): boolean {
  const open = tokens.map((token): { token: object; depth: number } => ({ token, depth: 1 }));
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { token, depth } = at;
    if (depth > depthMax) {
      return true;
    }
    for (const name of ["key", "value", "items"] as const) {
      const child: unknown = (token as Record<string, unknown>)[name];
      for (const inside of Array.isArray(child) ? (child as unknown[]) : [child]) {
        if (typeof inside === "object" && inside !== null) {
          open.push({ token: inside, depth: name === "items" ? depth : depth + 1 });
        }
      }
    }
  }
  return false;
}

function complaint(reading: Reading, offset: number, message: string): Malformed {
  return { place: placeAt(reading, offset), message };
}

function placeAt(reading: Reading, offset: number): Place {
  const { line, col } = reading.lines.linePos(offset);
  return { file: reading.path, line: Math.max(1, line), column: Math.max(1, col) };
}

function scalar(place: Place, text: string): Tree {
  const word: Word = { text, place, isUnknown: holdsPlaceholder(text) };
  return { kind: "scalar", place, word };
}

function treeOf(reading: Reading, node: unknown, depth: number): Tree {
  const sizeBefore = reading.nodes;
  reading.nodes += 1;
  const range = (node as { range?: readonly number[] } | null)?.range;
  const place = placeAt(reading, range?.[0] ?? 0);
  if (depth > depthMax || reading.nodes > nodesMax) {
    return scalar(place, "");
  }
  if (isAlias(node)) {
    const target = reading.anchors.get(node.source);
    reading.nodes += target?.size ?? 0;
    return target === undefined || reading.nodes > nodesMax ? scalar(place, "") : target.tree;
  }
  const tree = plainTreeOf(reading, { node, place, depth });
  const anchor = (node as { anchor?: string } | null)?.anchor;
  if (typeof anchor === "string") {
    reading.anchors.set(anchor, { tree, size: reading.nodes - sizeBefore });
  }
  return tree;
}

function plainTreeOf(reading: Reading, at: { node: unknown; place: Place; depth: number }): Tree {
  const { node, place, depth } = at;
  if (isMap(node)) {
    const entries = new Map<string, TreeEntry>();
    for (const pair of node.items) {
      addEntry(reading, entries, { key: pair.key, value: pair.value, depth: depth + 1 });
    }
    return { kind: "map", place, entries };
  }
  if (isSeq(node)) {
    return { kind: "list", place, items: node.items.map((item) => treeOf(reading, item, depth + 1)) };
  }
  return isScalar(node) ? scalar(place, reading.restore(textOf(node))) : scalar(place, "");
}

/** As written where the reader made something else of it: 0644 and 1.10 are texts to everybody here. */
function textOf(node: { readonly value: unknown; readonly source?: string }): string {
  const { value, source = "" } = node;
  if (value === null || value === undefined) {
    return "";
  }
  return typeof value === "string" ? value : source;
}

function addEntry(
  reading: Reading,
  entries: Map<string, TreeEntry>,
  pair: { key: unknown; value: unknown; depth: number },
): void {
  const key = treeOf(reading, pair.key, pair.depth);
  const value = treeOf(reading, pair.value, pair.depth);
  if (key.kind !== "scalar") {
    return;
  }
  if (key.word.text !== "<<") {
    entries.set(key.word.text, { key: key.word, value });
    return;
  }
  for (const merged of value.kind === "list" ? value.items : [value]) {
    for (const [name, entry] of merged.kind === "map" ? merged.entries : []) {
      if (!entries.has(name)) {
        entries.set(name, entry);
      }
    }
  }
}

// Reads YAML text into plain values and remembers where each of them stands, so that every later problem
// has a line and column.
import { isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Pair, parseDocument } from "yaml";
import { printable, quoted } from "./text.ts";

/** Keys and list positions from the root of the file to a value. */
export type Path = readonly (string | number)[];

/** Line and column count from 1, as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface PlacedProblem extends Place {
  readonly path: Path;
  readonly message: string;
}

export interface YamlSource {
  /** Maps, lists, strings, numbers, booleans and null. */
  readonly value: unknown;
  /**
   * Keys that are written twice, and the like: the value can be used, the file is wrong nevertheless.
   */
  readonly problems: readonly PlacedProblem[];
  /**
   * Where the value (or its key) stands; for a value that is not there, the nearest one around it that
   * is.
   */
  placeOf(path: Path, part: "key" | "value"): Place;
}

export type ReadYaml =
  | { readonly kind: "read"; readonly source: YamlSource }
  | { readonly kind: "unreadable"; readonly problems: readonly PlacedProblem[] };

export const FILE_BYTES_MAX = 256 * 1024;
const FLOW_DEPTH_MAX = 16;
const INDENTATION_MAX = 64;
const INDICATORS_A_LINE_MAX = 8;
/** Of one map. Without this limit, a file of 20 000 unknown keys is judged for minutes. */
const KEYS_MAX = 256;
/** Of one list: a cluster may have a thousand groups. */
const ENTRIES_MAX = 1_024;
/** Later ones are mostly consequences of the first. */
const SYNTAX_PROBLEMS_MAX = 10;

/**
 * Tokens of yaml's lexer that are no part of the text: a flow collection that never ends, a document, a
 * scalar.
 */
const FLOW_END = "\u0018";
const LEXER_MARKS: readonly string[] = [FLOW_END, "\u0002", "\u001f"];

/**
 * Looks for nesting that the YAML parser, which is recursive, would answer with an overflowing stack.
 * Measured: 20 000 opening brackets end the whole process, so catching the error afterwards is no way
 * out.
 * @returns the offset where the text gets too deep, or undefined.
 */
function tooDeepAt(text: string): number | undefined {
  let offset = 0;
  let flowDepth = 0;
  let indicators = 0;
  let isLineStart = true;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") flowDepth += 1;
    else if (token === "]" || token === "}") flowDepth = Math.max(0, flowDepth - 1);
    else if (token === FLOW_END) flowDepth = 0;
    else if (flowDepth === 0 && (token === "-" || token === "?" || token === ":")) indicators += 1;
    const isIndented = isLineStart && token.length > INDENTATION_MAX && token.trim() === "";
    if (flowDepth > FLOW_DEPTH_MAX || indicators > INDICATORS_A_LINE_MAX || isIndented) return offset;
    isLineStart = token === "\n" || token === "\r\n";
    if (isLineStart) indicators = 0;
    if (!LEXER_MARKS.includes(token)) offset += token.length;
  }
  return undefined;
}

/** The pair that counts when a key is written twice: the last, as for the value. */
function pairOf(pairs: readonly Pair[], key: string | number | undefined): Pair | undefined {
  return pairs.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

function offsetOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/**
 * Turns nodes into plain values and notes what a cluster file has no use for. Depth is bounded by
 * `tooDeepAt`.
 */
class Walk {
  readonly problems: PlacedProblem[] = [];
  readonly #placeAt: (offset: number) => Place;

  constructor(placeAt: (offset: number) => Place) {
    this.#placeAt = placeAt;
  }

  value(node: unknown, path: Path): unknown {
    if (isAlias(node)) {
      this.#note(node, path, "Aliases are not supported: write the value itself");
      return null;
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
    if (node.anchor !== undefined)
      this.#note(node, path, "Anchors are not supported: write each value where it is used");
    if (node.tag !== undefined) this.#note(node, path, "Tags are not supported: write the value itself");
    if (isScalar(node)) return node.value;
    const most = isMap(node) ? KEYS_MAX : ENTRIES_MAX;
    if (node.items.length > most)
      this.#note(node, path, `At most ${most} entries are read here, found ${node.items.length}`);
    if (isMap(node)) return this.#map(node.items.slice(0, KEYS_MAX), path);
    return node.items.slice(0, ENTRIES_MAX).map((item, index) => this.value(item, [...path, index]));
  }

  #map(pairs: readonly Pair[], path: Path): unknown {
    const values: Record<string, unknown> = {};
    for (const pair of pairs) {
      if (!isScalar(pair.key)) {
        this.#note(pair.key, path, "Expected a word as the key");
        continue;
      }
      const key = String(pair.key.value);
      if (key === "__proto__") {
        // It would set the prototype of `values`, and validation would never see it.
        this.#note(pair.key, [...path, key], `Unknown key ${quoted(key)}`);
        continue;
      }
      if (Object.hasOwn(values, key))
        this.#note(pair.key, [...path, key], `Key ${quoted(key)} is written twice in this map`);
      values[key] = this.value(pair.value, [...path, key]);
    }
    return values;
  }

  #note(node: unknown, path: Path, message: string): void {
    this.problems.push({ ...this.#placeAt(offsetOf(node) ?? 0), path, message });
  }
}

function placeFinder(contents: unknown, placeAt: (offset: number) => Place): YamlSource["placeOf"] {
  return (path, part) => {
    let node = contents;
    let offset = offsetOf(contents) ?? 0;
    for (const [index, step] of path.entries()) {
      if (isMap(node)) {
        const pair = pairOf(node.items, step);
        if (pair === undefined) break;
        node = pair.value;
        const wanted = part === "key" && index === path.length - 1 ? pair.key : pair.value;
        offset = offsetOf(wanted) ?? offsetOf(pair.key) ?? offset;
      } else if (isSeq(node) && typeof step === "number" && step < node.items.length) {
        node = node.items[step];
        offset = offsetOf(node) ?? offset;
      } else break;
    }
    return placeAt(offset);
  };
}

/**
 * Never throws, whatever the text. Refuses what a cluster file has no use for and what is a way to make
 * a small file large or a reader wrong: aliases, anchors, tags, several documents, other YAML versions,
 * deep nesting.
 */
export function readYaml(text: string): ReadYaml {
  const unreadable = (place: Place, message: string): ReadYaml => {
    return { kind: "unreadable", problems: [{ ...place, path: [], message }] };
  };
  const bytes = Buffer.byteLength(text);
  if (bytes > FILE_BYTES_MAX) {
    return unreadable(
      { line: 1, column: 1 },
      `The file has ${bytes} bytes; at most ${FILE_BYTES_MAX} are read`,
    );
  }
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined) {
    const before = text.slice(0, tooDeep).split("\n");
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return unreadable(place, "Nested deeper than any cluster file is");
  }
  const lineCounter = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // Duplicate keys are found by Walk: the library's own search compares every pair of keys, 8 s for a
  // full file.
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "error",
  });
  if (document.directives?.yaml.version !== "1.2") {
    return unreadable(
      { line: 1, column: 1 },
      "Expected YAML 1.2, without a %YAML directive for another version",
    );
  }
  if (document.errors.length > 0) {
    return {
      kind: "unreadable",
      problems: document.errors.slice(0, SYNTAX_PROBLEMS_MAX).map((error) => {
        return { ...placeAt(error.pos[0]), path: [], message: printable(error.message) };
      }),
    };
  }
  const walk = new Walk(placeAt);
  // An empty file is a map without keys: what is missing is then named key by key.
  const value = document.contents === null ? {} : walk.value(document.contents, []);
  return {
    kind: "read",
    source: { value, problems: walk.problems, placeOf: placeFinder(document.contents, placeAt) },
  };
}

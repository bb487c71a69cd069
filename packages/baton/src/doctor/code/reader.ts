// Turns a syntax tree into a Program: walks every node once, under a limit of nodes and depth, and leaves to
// each language's table what a node means.
import type { Node } from "web-tree-sitter";
import { ProgramBuilder } from "./builder.ts";
import type { CodeLanguage, Entry, Program, Value } from "./program.ts";

/** More than any file that a person wrote; a file beyond it is read up to there, and then no further. */
const NODES_MAX = 400_000;
/** Nesting beyond it is not looked into: it is generated, or it is an attack on the stack. */
const DEPTH_MAX = 300;

/** What one kind of node means; `undefined` is a value that nobody can know. */
export type NodeReader = (node: Node, reader: Reader) => Value | undefined;
export type Dialect = ReadonlyMap<string, NodeReader>;

export class Reader extends ProgramBuilder {
  readonly #dialect: Dialect;
  #nodes = 0;
  #depth = 0;
  /** Whether the node being read is a whole statement; ask before visiting what is in it. */
  isStatement = false;

  constructor(file: string, language: CodeLanguage, dialect: Dialect) {
    super(file, language);
    this.#dialect = dialect;
  }

  read(root: Node): Program {
    this.visit(root);
    return this.program();
  }

  visit(node: Node | null, isStatement = false): Value {
    if (node === null || ++this.#nodes > NODES_MAX) return this.unknown(node);
    const before = this.isStatement;
    this.isStatement = isStatement;
    const known = this.#dialect.get(node.type);
    const value = this.deeper(() =>
      known === undefined ? this.#visitChildren(node) : known(node, this),
    );
    this.isStatement = before;
    return value ?? this.unknown(node);
  }

  /** For everything that calls itself on the parts of a node; does nothing where the nesting is too deep. */
  deeper<T>(body: () => T): T | undefined {
    if (this.#depth >= DEPTH_MAX) return undefined;
    this.#depth++;
    const value = body();
    this.#depth--;
    return value;
  }

  visitAll(nodes: readonly (Node | null)[]): Value[] {
    return nodes.filter((node) => node !== null && !isComment(node)).map((node) => this.visit(node));
  }

  #visitChildren(node: Node): undefined {
    for (const child of node.namedChildren) this.visit(child);
    return undefined;
  }
}

function isComment(node: Node): boolean {
  return node.type === "comment";
}

/** Children that say something. */
export function named(node: Node | null): Node[] {
  return (node?.namedChildren ?? []).filter((child) => !isComment(child));
}

export function field(node: Node, name: string): Node | null {
  return node.childForFieldName(name);
}

/** For nodes that add nothing to the value they hold: parentheses, await, casts. */
export function transparent(node: Node, reader: Reader): Value | undefined {
  const { isStatement } = reader;
  const [first, ...rest] = named(node);
  const value = reader.visit(first ?? null, isStatement);
  for (const child of rest) reader.visit(child);
  return value;
}

export function statement(node: Node, reader: Reader): undefined {
  for (const child of named(node)) reader.visit(child, true);
  return undefined;
}

/** A member of something: a longer name when that is a name, else nothing that could be known. */
export function member(reader: Reader, node: Node, owner: Value, name: string): Value | undefined {
  return owner.kind === "name" ? reader.name(node, `${owner.path}.${name}`) : undefined;
}

export function negative(node: Node, reader: Reader): Value | undefined {
  const value = reader.visit(field(node, "argument") ?? named(node)[0] ?? null);
  return value.kind === "number" && node.text.startsWith("-")
    ? { ...value, number: -value.number }
    : undefined;
}

export function truth(reader: Reader, node: Node, isTrue: boolean): Value {
  return { kind: "boolean", isTrue, place: reader.place(node) };
}

export function nothing(node: Node, reader: Reader): Value {
  return { kind: "nothing", place: reader.place(node) };
}

export function list(reader: Reader, node: Node, items: readonly Value[]): Value {
  return { kind: "list", items, place: reader.place(node) };
}

export function record(reader: Reader, node: Node, entries: readonly Entry[]): Value {
  return { kind: "record", entries, place: reader.place(node) };
}

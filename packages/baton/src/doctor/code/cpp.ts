// C++: which node of its grammar means what. `Redis redis(options)`, `new Redis(options)` and
// `std::make_shared<Redis>(options)` all read as a call that makes a Redis.
import type { Node } from "web-tree-sitter";
import type { Handler, Value } from "./program.ts";
import {
  type Dialect,
  field,
  list,
  member,
  named,
  negative,
  nothing,
  type Reader,
  record,
  statement,
  transparent,
  truth,
} from "./reader.ts";

export const cpp: Dialect = new Map([
  ["preproc_include", readInclude],
  ["expression_statement", statement],
  ["parenthesized_expression", transparent],
  ["condition_clause", (node, reader) => reader.visit(field(node, "value"))],
  ["cast_expression", (node, reader) => reader.visit(field(node, "value"), reader.isStatement)],
  ["declaration", readDeclaration],
  ["field_declaration", readDeclaration],
  ["assignment_expression", readAssignment],
  ["new_expression", readNew],
  ["call_expression", readCall],
  ["compound_literal_expression", readBraced],
  ["identifier", (node, reader) => reader.name(node, node.text)],
  ["this", (node, reader) => reader.name(node, "this")],
  ["qualified_identifier", (node, reader) => reader.name(node, dotted(node.text))],
  ["field_expression", readMember],
  ["string_literal", readString],
  ["raw_string_literal", readString],
  ["concatenated_string", readJoined],
  ["number_literal", (node, reader) => reader.number(node, node.text)],
  ["user_defined_literal", readUnit],
  ["unary_expression", negative],
  ["true", (node, reader) => truth(reader, node, true)],
  ["false", (node, reader) => truth(reader, node, false)],
  ["null", nothing],
  ["initializer_list", readList],
  ["function_definition", readFunction],
  ["lambda_expression", readFunction],
  ["while_statement", readLoop],
  ["do_statement", readLoop],
  ["for_statement", readLoop],
  ["for_range_loop", readRange],
  ["try_statement", readTry],
] satisfies [string, (node: Node, reader: Reader) => Value | undefined][]);

function dotted(text: string): string {
  return text.replaceAll(/\s+/g, "").replaceAll("::", ".").replace(/^\./, "");
}

function readInclude(node: Node, reader: Reader): undefined {
  const module = (field(node, "path")?.text ?? "").replaceAll(/^[<"]|[>"]$/g, "");
  reader.addImport(node, { module, name: "", local: "" });
}

/** `T a(1), *b = f(), c;`: the type makes the value where arguments stand behind the name. */
function readDeclaration(node: Node, reader: Reader): undefined {
  const type = dotted(field(node, "type")?.text ?? "");
  for (const declarator of node.childrenForFieldName("declarator")) {
    if (declarator === null) continue;
    const target = nameOf(declarator);
    const given = field(declarator, "value") ?? field(node, "default_value");
    if (given === null) reader.visit(declarator);
    else {
      const value = isMaking(type, given) ? madeBy(type, given, reader) : reader.visit(given);
      if (target !== undefined) reader.bind(target, value);
    }
  }
}

/** `T a(1)`, and with braces only for classes of clients: elsewhere `T a{1, 2}` is the list that it shows. */
function isMaking(type: string, given: Node): boolean {
  const isClient = /\b(Redis|Sentinel|RedisCluster)$/.test(type);
  return given.type === "argument_list" || (given.type === "initializer_list" && isClient);
}

/** `std::unique_ptr<T> p(new T(...))` holds what its only argument made. */
function madeBy(type: string, given: Node, reader: Reader): Value {
  const values = reader.visitAll(named(given));
  const [only] = values;
  if (/\bstd\.(unique|shared)_ptr</.test(type) && only !== undefined && values.length === 1) return only;
  return made(given, type, values, reader);
}

function made(node: Node, type: string, values: readonly Value[], reader: Reader): Value {
  return reader.addCall(node, {
    name: type.split(".").at(-1) ?? "",
    path: type,
    isNew: true,
    arguments: values,
    isStatement: false,
  });
}

/** The name within `*name`, `&name`, `name[]`. */
function nameOf(declarator: Node): string | undefined {
  let current: Node | null = declarator;
  for (let depth = 0; current !== null && depth < 8; depth++) {
    if (current.type.endsWith("identifier")) return current.text;
    current = field(current, "declarator") ?? named(current)[0] ?? null;
  }
  return undefined;
}

function readAssignment(node: Node, reader: Reader): Value {
  const value = reader.visit(field(node, "right"));
  const at = reader.visit(field(node, "left"));
  const isPlain = node.children.some((child) => child.type === "=");
  if (at.kind === "name") reader.bind(at.path, isPlain ? value : reader.unknown(node));
  return value;
}

function readNew(node: Node, reader: Reader): Value {
  const given = field(node, "arguments");
  const values = given === null ? [] : reader.visitAll(named(given));
  return made(node, dotted(field(node, "type")?.text ?? ""), values, reader);
}

/** `Redis{sentinel, "main"}` */
function readBraced(node: Node, reader: Reader): Value {
  const values = reader.visitAll(named(field(node, "value")));
  return made(node, dotted(field(node, "type")?.text ?? ""), values, reader);
}

function readCall(node: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const callee = field(node, "function");
  const isMethod = callee?.type === "field_expression";
  const receiver = isMethod ? reader.visit(field(callee, "argument")) : undefined;
  const values = reader.visitAll(named(field(node, "arguments")));
  const whole = dotted(callee?.text ?? "");
  const makes = /^(?:std\.)?make_(?:shared|unique)<([\w.]+)>$/.exec(whole)?.[1];
  if (makes !== undefined) return made(node, makes, values, reader);
  if (!isMethod && callee?.type.endsWith("identifier") !== true) reader.visit(callee);
  const path = isMethod ? undefined : whole;
  return reader.addCall(node, {
    name: isMethod ? (field(callee, "field")?.text ?? "") : (whole.split(".").at(-1) ?? ""),
    ...(path !== undefined && { path }),
    ...(receiver !== undefined && { receiver }),
    arguments: values,
    isStatement,
  });
}

function readMember(node: Node, reader: Reader): Value | undefined {
  const owner = reader.visit(field(node, "argument"));
  return member(reader, node, owner, field(node, "field")?.text ?? "");
}

function readString(node: Node, reader: Reader): Value {
  const parts = named(node).filter(({ type }) => /content|escape/.test(type));
  return reader.text(node, parts.map((part) => part.text).join(""));
}

function readJoined(node: Node, reader: Reader): Value | undefined {
  const parts = reader.visitAll(named(node));
  const texts = parts.map((part) => (part.kind === "text" ? part.text : undefined));
  return texts.includes(undefined)
    ? undefined
    : { kind: "text", text: texts.join(""), place: reader.place(node) };
}

/** `300ms`, `2s` */
function readUnit(node: Node, reader: Reader): Value | undefined {
  const [, number = "", unit = ""] = /^([\d.']+)([a-z]+)$/.exec(node.text) ?? [];
  const value = number === "" ? undefined : reader.number(node, number);
  return value?.kind === "number" ? { ...value, unit } : undefined;
}

/** `{1, 2}`, or with names in front: `{.host = "a"}`. */
function readList(node: Node, reader: Reader): Value {
  const items = named(node);
  if (!items.some(({ type }) => type === "initializer_pair"))
    return list(reader, node, reader.visitAll(items));
  const entries = items.map((item) => ({
    name: (field(item, "designator")?.text ?? "").replace(".", ""),
    value: reader.visit(field(item, "value")),
  }));
  return record(reader, node, entries);
}

function readFunction(node: Node, reader: Reader): Value {
  const declarator = field(node, "declarator");
  const owner = declarator?.type === "function_declarator" ? declarator : functionWithin(declarator);
  const parameters = owner === null ? [] : named(field(owner, "parameters"));
  const names = parameters.flatMap((one) => {
    const name = field(one, "declarator");
    return name === null ? [] : (nameOf(name) ?? []);
  });
  const texts = reader.inFunction(names, () => reader.visit(field(node, "body")));
  return { kind: "function", texts, place: reader.place(node) };
}

/** Within `*f(...)` and the declarator of a lambda. */
function functionWithin(declarator: Node | null): Node | null {
  let current = declarator;
  for (let depth = 0; current !== null && depth < 8; depth++) {
    if (field(current, "parameters") !== null) return current;
    current = field(current, "declarator") ?? named(current)[0] ?? null;
  }
  return null;
}

function readLoop(node: Node, reader: Reader): undefined {
  reader.visit(field(node, "initializer"));
  const condition = reader.visit(field(node, "condition"));
  const isAlways =
    (condition.kind === "boolean" && condition.isTrue) ||
    (condition.kind === "number" && condition.number !== 0);
  const isOpen = node.type === "for_statement" && field(node, "condition") === null;
  reader.inLoop(isAlways || isOpen, () => reader.visit(field(node, "body")));
}

function readRange(node: Node, reader: Reader): undefined {
  reader.visit(field(node, "right"));
  const target = field(node, "declarator");
  const name = target === null ? undefined : nameOf(target);
  if (name !== undefined) reader.bind(name, reader.unknown(target));
  reader.inLoop(false, () => reader.visit(field(node, "body")));
}

function readTry(node: Node, reader: Reader): undefined {
  const clauses = named(node).filter(({ type }) => type === "catch_clause");
  const handlers = clauses.map((clause): Handler => {
    const caught = named(field(clause, "parameters"));
    const types = caught.map((one) => dotted(field(one, "type")?.text ?? ""));
    return { types, place: reader.place(clause) };
  });
  reader.inTry(handlers, () => reader.visit(field(node, "body")));
  for (const part of named(node)) if (part.type !== "compound_statement") reader.visit(part);
}

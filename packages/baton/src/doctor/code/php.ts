// PHP: which node of its grammar means what. Variables keep their dollar, so that they never meet a class.
import type { Node } from "web-tree-sitter";
import type { Entry, Handler, Value } from "./program.ts";
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

export const php: Dialect = new Map([
  ["namespace_definition", readNamespace],
  ["namespace_use_declaration", readUse],
  ["expression_statement", statement],
  ["parenthesized_expression", transparent],
  ["cast_expression", (node, reader) => reader.visit(field(node, "value"))],
  ["assignment_expression", readAssignment],
  ["augmented_assignment_expression", readChange],
  ["property_element", readProperty],
  ["const_element", readConstant],
  ["object_creation_expression", readNew],
  ["function_call_expression", readCall],
  ["member_call_expression", readMethod],
  ["nullsafe_member_call_expression", readMethod],
  ["scoped_call_expression", readStatic],
  ["variable_name", (node, reader) => reader.name(node, variable(node))],
  ["name", (node, reader) => reader.name(node, node.text)],
  ["qualified_name", (node, reader) => reader.name(node, dotted(node.text))],
  ["class_constant_access_expression", (node, reader) => reader.name(node, dotted(node.text))],
  ["member_access_expression", readMember],
  ["nullsafe_member_access_expression", readMember],
  ["string", readString],
  ["encapsed_string", readString],
  ["heredoc", readString],
  ["nowdoc", readString],
  ["integer", (node, reader) => reader.number(node, node.text)],
  ["float", (node, reader) => reader.number(node, node.text)],
  ["unary_op_expression", negative],
  ["boolean", (node, reader) => truth(reader, node, node.text.toLowerCase() === "true")],
  ["null", nothing],
  ["array_creation_expression", readArray],
  ["function_definition", readFunction],
  ["method_declaration", readFunction],
  ["arrow_function", readFunction],
  ["anonymous_function", readFunction],
  ["anonymous_function_creation_expression", readFunction],
  ["while_statement", readLoop],
  ["do_statement", readLoop],
  ["for_statement", readLoop],
  ["foreach_statement", readForeach],
  ["try_statement", readTry],
] satisfies [string, (node: Node, reader: Reader) => Value | undefined][]);

/** `\Redis` is ".Redis": a name that is whole as it stands. */
function dotted(text: string): string {
  return text.replaceAll("\\", ".").replaceAll("::", ".");
}

function variable(node: Node): string {
  return node.text === "$this" ? "this" : node.text;
}

function readNamespace(node: Node, reader: Reader): undefined {
  reader.namespace = dotted(field(node, "name")?.text ?? "");
  reader.visit(field(node, "body"));
}

function readUse(node: Node, reader: Reader): undefined {
  const group = field(node, "body");
  const prefix = group === null ? "" : `${dotted(named(node)[0]?.text ?? "")}.`;
  for (const clause of named(group ?? node)) {
    if (clause.type !== "namespace_use_clause") continue;
    const [written] = named(clause);
    const whole = (prefix + dotted(written?.text ?? "")).replace(/^\./, "");
    const name = whole.split(".").at(-1) ?? "";
    const module = whole.slice(0, -name.length - 1);
    reader.addImport(clause, { module, name, local: field(clause, "alias")?.text ?? name });
  }
}

function readAssignment(node: Node, reader: Reader): Value {
  const value = reader.visit(field(node, "right"));
  bindTarget(field(node, "left"), value, reader);
  return value;
}

/** A list takes its target apart, and of a subscript nothing is known. */
function bindTarget(target: Node | null, value: Value, reader: Reader): void {
  if (target === null || target.type === "subscript_expression") return;
  const at = /^(variable_name|member_access_expression)$/.test(target.type)
    ? reader.visit(target)
    : undefined;
  if (at?.kind === "name") reader.bind(at.path, value);
  else
    for (const child of named(target))
      reader.deeper(() => bindTarget(child, reader.unknown(child), reader));
}

function readChange(node: Node, reader: Reader): undefined {
  reader.visit(field(node, "right"));
  bindTarget(field(node, "left"), reader.unknown(node), reader);
}

function readProperty(node: Node, reader: Reader): undefined {
  const given = field(node, "default_value");
  const value = reader.visit(given);
  // `= null` only says that it is set later.
  if (given !== null && value.kind !== "nothing")
    reader.bind(`this.${field(node, "name")?.text.slice(1) ?? ""}`, value);
}

function readConstant(node: Node, reader: Reader): undefined {
  const [name, given] = named(node);
  const value = reader.visit(given ?? null);
  for (const path of ["", "self.", "static."]) reader.bind(path + (name?.text ?? ""), value);
}

function readNew(node: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const [made] = named(node);
  const path = made?.type.endsWith("name") === true ? dotted(made?.text ?? "") : "";
  if (path === "") reader.visit(made ?? null);
  const given = named(node).find(({ type }) => type === "arguments") ?? null;
  return reader.addCall(node, {
    name: path.split(".").at(-1) ?? "",
    path,
    isNew: true,
    ...readArguments(given, reader),
    isStatement,
  });
}

function readCall(node: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const name = field(node, "function");
  const isNamed = name?.type === "name" || name?.type === "qualified_name";
  if (!isNamed) reader.visit(name);
  return reader.addCall(node, {
    name: isNamed ? dotted(name?.text ?? "").replace(/^\./, "") : "",
    ...readArguments(field(node, "arguments"), reader),
    isStatement,
  });
}

function readMethod(node: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const receiver = reader.visit(field(node, "object"));
  return reader.addCall(node, {
    name: field(node, "name")?.text ?? "",
    receiver,
    ...readArguments(field(node, "arguments"), reader),
    isStatement,
  });
}

function readStatic(node: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const scope = dotted(field(node, "scope")?.text ?? "");
  const name = field(node, "name")?.text ?? "";
  return reader.addCall(node, {
    name,
    path: `${scope}.${name}`,
    ...readArguments(field(node, "arguments"), reader),
    isStatement,
  });
}

function readArguments(
  node: Node | null,
  reader: Reader,
): { arguments: readonly Value[]; named: readonly Entry[] } {
  const positional: Value[] = [];
  const byName: Entry[] = [];
  for (const one of named(node)) {
    const parts = named(one);
    const name = field(one, "name");
    const value = reader.visit(parts.at(-1) ?? one);
    if (name !== null && parts.length > 1) byName.push({ name: name.text, value });
    else if (parts[0]?.type === "variadic_unpacking") byName.push({ value: reader.unknown(one) });
    else positional.push(value);
  }
  return { arguments: positional, named: byName };
}

function readMember(node: Node, reader: Reader): Value | undefined {
  const owner = reader.visit(field(node, "object"));
  return member(reader, node, owner, field(node, "name")?.text ?? "");
}

function readString(node: Node, reader: Reader): Value | undefined {
  const parts = named(node);
  const isFixed = ({ type }: Node) => /^(string_content|escape_sequence|string_value)$/.test(type);
  const text = parts.filter(isFixed).map((part) => part.text);
  const value = reader.text(node, text.join(""));
  const moving = parts.filter((part) => !isFixed(part));
  for (const part of moving) reader.visit(part);
  return moving.length === 0 ? value : undefined;
}

/** A list, or a record when it has keys; with both, or with keys that are computed, parts stay unknown. */
function readArray(node: Node, reader: Reader): Value {
  const elements = named(node);
  const hasKeys = elements.some((element) => named(element).length === 2);
  if (!hasKeys) {
    const items = elements.map((element) => reader.visit(named(element)[0] ?? element));
    return list(reader, node, items);
  }
  const entries = elements.map((element): Entry => {
    const [key, given] = named(element);
    const name = reader.visit(key ?? null);
    const value = reader.visit(given ?? null);
    return name.kind === "text" ? { name: name.text, value } : { value: reader.unknown(element) };
  });
  return record(reader, node, entries);
}

function readFunction(node: Node, reader: Reader): Value {
  const parameters = named(field(node, "parameters")).flatMap((one) => field(one, "name")?.text ?? []);
  const texts = reader.inFunction(parameters, () => reader.visit(field(node, "body")));
  return { kind: "function", texts, place: reader.place(node) };
}

function readLoop(node: Node, reader: Reader): undefined {
  const condition = reader.visit(field(node, "condition"));
  const isAlways =
    (condition.kind === "boolean" && condition.isTrue) ||
    (condition.kind === "number" && condition.number !== 0);
  const isOpen = node.type === "for_statement" && field(node, "condition") === null;
  reader.inLoop(isAlways || isOpen, () => reader.visit(field(node, "body")));
}

function readForeach(node: Node, reader: Reader): undefined {
  const body = field(node, "body");
  const [source, ...targets] = named(node).filter((child) => child.id !== body?.id);
  reader.visit(source ?? null);
  for (const target of targets) bindTarget(target, reader.unknown(target), reader);
  reader.inLoop(false, () => reader.visit(body));
}

function readTry(node: Node, reader: Reader): undefined {
  const clauses = named(node).filter(({ type }) => type === "catch_clause");
  const handlers = clauses.map(
    (clause): Handler => ({
      types: named(field(clause, "type")).map((type) => dotted(type.text)),
      place: reader.place(clause),
    }),
  );
  reader.inTry(handlers, () => reader.visit(field(node, "body")));
  for (const part of named(node)) if (part.type !== "compound_statement") reader.visit(part);
}

// JavaScript and TypeScript: which node of the grammar means what.
import type { Node } from "web-tree-sitter";
import type { Entry, Value } from "./program.ts";
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

export const node: Dialect = new Map([
  ["import_statement", readImport],
  ["expression_statement", statement],
  ["await_expression", transparent],
  ["parenthesized_expression", transparent],
  ["as_expression", transparent],
  ["satisfies_expression", transparent],
  ["non_null_expression", transparent],
  ["variable_declarator", readDeclarator],
  ["public_field_definition", readField],
  ["field_definition", readField],
  ["assignment_expression", readAssignment],
  ["augmented_assignment_expression", readChange],
  ["new_expression", readNew],
  ["call_expression", readCall],
  ["identifier", (at, reader) => reader.name(at, at.text)],
  ["shorthand_property_identifier", (at, reader) => reader.name(at, at.text)],
  ["this", (at, reader) => reader.name(at, "this")],
  ["member_expression", readMember],
  ["string", readString],
  ["template_string", readString],
  ["regex", (at, reader) => void reader.text(at, at.text)],
  ["number", (at, reader) => reader.number(at, at.text)],
  ["unary_expression", negative],
  ["true", (at, reader) => truth(reader, at, true)],
  ["false", (at, reader) => truth(reader, at, false)],
  ["null", nothing],
  ["undefined", nothing],
  ["array", (at, reader) => list(reader, at, reader.visitAll(named(at)))],
  ["object", readObject],
  ["function_declaration", readFunction],
  ["function_expression", readFunction],
  ["generator_function_declaration", readFunction],
  ["arrow_function", readFunction],
  ["method_definition", readFunction],
  ["for_statement", readLoop],
  ["for_in_statement", readForIn],
  ["while_statement", readLoop],
  ["do_statement", readLoop],
  ["try_statement", readTry],
] satisfies [string, (node: Node, reader: Reader) => Value | undefined][]);

function readImport(at: Node, reader: Reader): undefined {
  const source = named(field(at, "source"))[0]?.text;
  const [clause] = named(at).filter(({ type }) => type === "import_clause");
  if (source === undefined || clause === undefined) return;
  const module = source.replace(/^node:/, "");
  for (const one of named(clause)) {
    if (one.type === "identifier") reader.addImport(one, { module, name: "default", local: one.text });
    else if (one.type === "namespace_import")
      reader.addImport(one, { module, name: "", local: named(one)[0]?.text ?? "" });
    else
      for (const taken of named(one)) {
        const name = field(taken, "name")?.text ?? "";
        reader.addImport(taken, { module, name, local: field(taken, "alias")?.text ?? name });
      }
  }
}

function readDeclarator(at: Node, reader: Reader): Value {
  const target = field(at, "name");
  const value = reader.visit(field(at, "value"));
  const module = requiredBy(value);
  if (module === undefined) bindTarget(target, value, reader);
  else if (target?.type === "identifier")
    reader.addImport(at, { module, name: "default", local: target.text });
  else
    for (const one of named(target)) {
      const name = (one.type === "pair_pattern" ? field(one, "key") : one)?.text ?? "";
      const local = (one.type === "pair_pattern" ? field(one, "value") : one)?.text ?? name;
      reader.addImport(one, { module, name, local });
    }
  return value;
}

/** `require("ioredis")`, whose value is both the module and its default export. */
function requiredBy(value: Value): string | undefined {
  if (value.kind !== "call" || value.call.path !== "require") return undefined;
  const [module] = value.call.arguments;
  return module?.kind === "text" ? module.text : undefined;
}

function bindTarget(target: Node | null, value: Value, reader: Reader): void {
  if (target === null) return;
  if (target.type === "identifier" || target.type === "shorthand_property_identifier_pattern")
    reader.bind(target.text, value);
  else if (target.type === "member_expression") {
    const at = reader.visit(target);
    if (at.kind === "name") reader.bind(at.path, value);
  } else
    for (const child of named(target))
      reader.deeper(() => bindTarget(child, reader.unknown(child), reader));
}

function readField(at: Node, reader: Reader): undefined {
  const name = field(at, "name") ?? field(at, "property");
  const given = field(at, "value");
  if (name !== null && given !== null) reader.bind(`this.${name.text}`, reader.visit(given));
}

function readAssignment(at: Node, reader: Reader): Value {
  const value = reader.visit(field(at, "right"));
  bindTarget(field(at, "left"), value, reader);
  return value;
}

function readChange(at: Node, reader: Reader): undefined {
  reader.visit(field(at, "right"));
  bindTarget(field(at, "left"), reader.unknown(at), reader);
}

function readNew(at: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const made = reader.visit(field(at, "constructor"));
  const path = made.kind === "name" ? made.path : "";
  return reader.addCall(at, {
    name: path.split(".").at(-1) ?? "",
    path,
    isNew: true,
    arguments: reader.visitAll(named(field(at, "arguments"))),
    isStatement,
  });
}

function readCall(at: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const callee = field(at, "function");
  const isMethod = callee?.type === "member_expression";
  const receiver = isMethod ? reader.visit(field(callee, "object")) : undefined;
  const name = isMethod ? field(callee, "property") : callee;
  if (!isMethod && callee?.type !== "identifier") reader.visit(callee);
  return reader.addCall(at, {
    name: name?.text ?? "",
    ...(receiver !== undefined && { receiver }),
    arguments: reader.visitAll(named(field(at, "arguments"))),
    isStatement,
  });
}

function readMember(at: Node, reader: Reader): Value | undefined {
  const owner = reader.visit(field(at, "object"));
  return member(reader, at, owner, field(at, "property")?.text ?? "");
}

function readString(at: Node, reader: Reader): Value | undefined {
  const parts = named(at);
  const fixed = parts.filter(({ type }) => type !== "template_substitution").map((part) => part.text);
  const value = reader.text(at, fixed.join(""));
  const moving = parts.filter(({ type }) => type === "template_substitution");
  for (const part of moving) reader.visit(part);
  return moving.length === 0 ? value : undefined;
}

function readObject(at: Node, reader: Reader): Value {
  const entries = named(at).map((one): Entry => {
    if (one.type === "shorthand_property_identifier")
      return { name: one.text, value: reader.visit(one) };
    if (one.type === "method_definition")
      return { name: field(one, "name")?.text ?? "", value: reader.visit(one) };
    const key = field(one, "key");
    if (one.type !== "pair" || key === null || key.type === "computed_property_name")
      return { value: reader.visit(one.type === "spread_element" ? (named(one)[0] ?? null) : one) };
    return { name: key.text.replaceAll(/^["']|["']$/g, ""), value: reader.visit(field(one, "value")) };
  });
  return record(reader, at, entries);
}

function readFunction(at: Node, reader: Reader): Value {
  const single = field(at, "parameter");
  const parameters = single === null ? namesIn(field(at, "parameters"), reader) : [single.text];
  const texts = reader.inFunction(parameters, () => reader.visit(field(at, "body")));
  return { kind: "function", texts, place: reader.place(at) };
}

/** Every name that a list of parameters or a pattern binds; types and defaults are not among them. */
function namesIn(at: Node | null, reader: Reader): string[] {
  return named(at).flatMap((one) => {
    if (one.type === "identifier" || one.type === "shorthand_property_identifier_pattern")
      return [one.text];
    const pattern = field(one, "pattern") ?? field(one, "left") ?? field(one, "value");
    if (pattern?.type === "identifier") return [pattern.text];
    if (one.type === "type_annotation") return [];
    return reader.deeper(() => namesIn(pattern ?? one, reader)) ?? [];
  });
}

function readLoop(at: Node, reader: Reader): undefined {
  reader.visit(field(at, "initializer"));
  const condition = reader.visit(field(at, "condition"));
  const written = field(at, "condition")?.text;
  const isEndless =
    (condition.kind === "boolean" && condition.isTrue) ||
    (at.type === "for_statement" && (written === undefined || written === ";"));
  reader.visit(field(at, "increment"));
  reader.inLoop(isEndless, () => reader.visit(field(at, "body")));
}

function readForIn(at: Node, reader: Reader): undefined {
  reader.visit(field(at, "right"));
  bindTarget(field(at, "left"), reader.unknown(at), reader);
  reader.inLoop(false, () => reader.visit(field(at, "body")));
}

function readTry(at: Node, reader: Reader): undefined {
  const handler = field(at, "handler");
  const handlers = handler === null ? [] : [{ types: [], place: reader.place(handler) }];
  reader.inTry(handlers, () => reader.visit(field(at, "body")));
  for (const part of named(at)) if (part.type !== "statement_block") reader.visit(part);
}

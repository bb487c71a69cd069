// Python: which node of its grammar means what.
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

export const python: Dialect = new Map([
  ["import_statement", readImport],
  ["import_from_statement", readFrom],
  ["expression_statement", statement],
  ["await", transparent],
  ["parenthesized_expression", transparent],
  ["assignment", readAssignment],
  ["augmented_assignment", readChange],
  ["as_pattern", readAs],
  ["call", readCall],
  ["identifier", (node, reader) => reader.name(node, node.text === "self" ? "this" : node.text)],
  ["attribute", readAttribute],
  ["string", readString],
  ["concatenated_string", readJoined],
  ["integer", (node, reader) => reader.number(node, node.text)],
  ["float", (node, reader) => reader.number(node, node.text)],
  ["unary_operator", negative],
  ["true", (node, reader) => truth(reader, node, true)],
  ["false", (node, reader) => truth(reader, node, false)],
  ["none", nothing],
  ["list", readList],
  ["tuple", readList],
  ["set", readList],
  ["dictionary", readDictionary],
  ["function_definition", readFunction],
  ["lambda", readFunction],
  ["for_statement", readFor],
  ["while_statement", readWhile],
  ["try_statement", readTry],
] satisfies [string, (node: Node, reader: Reader) => Value | undefined][]);

function readImport(node: Node, reader: Reader): undefined {
  for (const one of named(node)) {
    const module = (one.type === "aliased_import" ? field(one, "name") : one)?.text ?? "";
    const alias = one.type === "aliased_import" ? field(one, "alias")?.text : undefined;
    // `import redis.sentinel` binds `redis`, and the rest of the path is written out where it is used.
    const first = module.split(".")[0] ?? module;
    reader.addImport(one, { module: alias ? module : first, name: "", local: alias ?? first });
  }
}

function readFrom(node: Node, reader: Reader): undefined {
  const module = field(node, "module_name")?.text ?? "";
  for (const one of node.childrenForFieldName("name")) {
    const isAliased = one?.type === "aliased_import";
    const name = (isAliased ? field(one, "name") : one)?.text ?? "";
    const local = (isAliased ? field(one, "alias")?.text : undefined) ?? name;
    reader.addImport(node, { module, name, local });
  }
}

function readAssignment(node: Node, reader: Reader): Value {
  const value = reader.visit(field(node, "right"));
  bindTarget(field(node, "left"), value, reader);
  return value;
}

/** One name takes the value; of several names, or of `a[0]`, nothing is known. */
function bindTarget(target: Node | null, value: Value, reader: Reader): void {
  if (target?.type === "identifier" || target?.type === "attribute") {
    const at = reader.visit(target);
    if (at.kind === "name") reader.bind(at.path, value);
  } else
    for (const child of named(target))
      if (child.type !== "subscript")
        reader.deeper(() => bindTarget(child, reader.unknown(child), reader));
}

function readChange(node: Node, reader: Reader): undefined {
  reader.visit(field(node, "right"));
  bindTarget(field(node, "left"), reader.unknown(node), reader);
}

function readAs(node: Node, reader: Reader): Value {
  const [given] = named(node);
  const value = reader.visit(given ?? null);
  bindTarget(field(node, "alias"), value, reader);
  return value;
}

function readCall(node: Node, reader: Reader): Value {
  const { isStatement } = reader;
  const callee = field(node, "function");
  const positional: Value[] = [];
  const byName: Entry[] = [];
  const isMethod = callee?.type === "attribute";
  const receiver = isMethod ? reader.visit(field(callee, "object")) : undefined;
  if (!isMethod && callee?.type !== "identifier") reader.visit(callee);
  for (const one of named(field(node, "arguments"))) {
    const name = one.type === "keyword_argument" ? field(one, "name")?.text : undefined;
    if (name !== undefined) byName.push({ name, value: reader.visit(field(one, "value")) });
    else if (one.type === "dictionary_splat") byName.push({ value: spread(one, reader) });
    else positional.push(reader.visit(one));
  }
  return reader.addCall(node, {
    name: (isMethod ? field(callee, "attribute") : callee)?.text ?? "",
    ...(receiver !== undefined && { receiver }),
    arguments: positional,
    named: byName,
    isStatement,
  });
}

function spread(node: Node, reader: Reader): Value {
  return reader.visit(named(node)[0] ?? null);
}

function readAttribute(node: Node, reader: Reader): Value | undefined {
  const owner = reader.visit(field(node, "object"));
  return member(reader, node, owner, field(node, "attribute")?.text ?? "");
}

function readString(node: Node, reader: Reader): Value | undefined {
  const parts = named(node);
  const text = parts.filter(({ type }) => type === "string_content").map((part) => part.text);
  const value = reader.text(node, text.join(""));
  const isWhole = parts.every(({ type }) => type !== "interpolation");
  for (const part of parts) if (part.type === "interpolation") reader.visit(part);
  return isWhole ? value : undefined;
}

function readJoined(node: Node, reader: Reader): Value | undefined {
  const parts = reader.visitAll(named(node));
  const texts = parts.map((part) => (part.kind === "text" ? part.text : undefined));
  return texts.includes(undefined)
    ? undefined
    : { kind: "text", text: texts.join(""), place: reader.place(node) };
}

function readList(node: Node, reader: Reader): Value {
  return list(reader, node, reader.visitAll(named(node)));
}

function readDictionary(node: Node, reader: Reader): Value {
  const entries = named(node).map((one): Entry => {
    if (one.type !== "pair") return { value: spread(one, reader) };
    const key = reader.visit(field(one, "key"));
    const value = reader.visit(field(one, "value"));
    return key.kind === "text" ? { name: key.text, value } : { value: reader.unknown(one) };
  });
  return record(reader, node, entries);
}

function readFunction(node: Node, reader: Reader): Value {
  const parameters = named(field(node, "parameters")).flatMap((one) => {
    const name = one.type === "identifier" ? one : (field(one, "name") ?? named(one)[0]);
    return name?.type === "identifier" ? [name.text] : [];
  });
  const texts = reader.inFunction(parameters, () => reader.visit(field(node, "body")));
  return { kind: "function", texts, place: reader.place(node) };
}

function readFor(node: Node, reader: Reader): undefined {
  reader.visit(field(node, "right"));
  bindTarget(field(node, "left"), reader.unknown(node), reader);
  reader.inLoop(false, () => reader.visit(field(node, "body")));
}

function readWhile(node: Node, reader: Reader): undefined {
  const condition = reader.visit(field(node, "condition"));
  const isEndless =
    (condition.kind === "boolean" && condition.isTrue) || field(node, "condition")?.text === "1";
  reader.inLoop(isEndless, () => reader.visit(field(node, "body")));
}

function readTry(node: Node, reader: Reader): undefined {
  const clauses = named(node).filter(({ type }) => type.startsWith("except"));
  const handlers = clauses.map((clause): Handler => {
    const caught = field(clause, "value") ?? named(clause)[0];
    const isAll = caught === undefined || caught === null || caught.type === "block";
    return { types: isAll ? [] : typesOf(caught, reader), place: reader.place(clause) };
  });
  reader.inTry(handlers, () => reader.visit(field(node, "body")));
  for (const part of named(node)) if (part.type !== "block") reader.visit(part);
}

/** `except A`, `except A as e`, `except (A, b.C)`; anything else reads as a name that no rule knows. */
function typesOf(node: Node, reader: Reader): string[] {
  const parts = node.type === "as_pattern" ? named(node).slice(0, 1) : named(node);
  if (node.type !== "as_pattern" && node.type !== "tuple") return [node.text];
  return reader.deeper(() => parts.flatMap((part) => typesOf(part, reader))) ?? [node.text];
}

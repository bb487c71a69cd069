// A program as doctor sees it, whatever language it is written in: what is imported, what is called with
// which arguments, what a name was bound to, and what is caught around a call. Plain data, no syntax tree.
import type { Place } from "../finding.ts";

export const CODE_LANGUAGES = ["cpp", "node", "perl", "php", "python"] as const;
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

export type Value =
  | { readonly kind: "text"; readonly text: string; readonly place: Place }
  | { readonly kind: "number"; readonly number: number; readonly unit?: string; readonly place: Place }
  | { readonly kind: "boolean"; readonly isTrue: boolean; readonly place: Place }
  /** None, null, undefined, undef. */
  | { readonly kind: "nothing"; readonly place: Place }
  | ListValue
  | RecordValue
  /** A name that is to be looked up: "options", "this.redis", "Role.MASTER". */
  | { readonly kind: "name"; readonly path: string; readonly functionId: number; readonly place: Place }
  | { readonly kind: "call"; readonly call: Call; readonly place: Place }
  /** A function written in place, by the texts and patterns in it. */
  | { readonly kind: "function"; readonly texts: readonly string[]; readonly place: Place }
  | { readonly kind: "unknown"; readonly place: Place };

export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Value[];
  readonly place: Place;
}

export interface RecordValue {
  readonly kind: "record";
  readonly entries: readonly Entry[];
  readonly place: Place;
}

/** A key with its value; `...rest` and keys that are computed have no name. */
export interface Entry {
  readonly name?: string;
  readonly value: Value;
}

/** What `except` and `catch` name; empty when everything is caught. */
export interface Handler {
  readonly types: readonly string[];
  readonly place: Place;
}

export interface Call {
  /** The last part: "master_for", "Redis", "set". */
  readonly name: string;
  /** With what stands before it where that is names only: "redis.Redis", "this.redis.set"; else "". */
  readonly path: string;
  /** What it is called on. */
  readonly receiver?: Value;
  /** Makes an object of the class `path`. */
  readonly isNew: boolean;
  readonly arguments: readonly Value[];
  /** Arguments by name; one without a name is a spread of something. */
  readonly named: readonly Entry[];
  readonly place: Place;
  /** Of the function it stands in; 0 is the file itself. */
  readonly functionId: number;
  readonly loop: "none" | "bounded" | "endless";
  /** Of every `try` around it in the same function, innermost first. */
  readonly handlers: readonly Handler[];
  /** False for a statement of its own, whose answer nobody looks at. */
  readonly isAnswerUsed: boolean;
}

export interface Import {
  /** "redis.sentinel", "ioredis", "Predis", "hiredis/hiredis.h", "Redis::Fast" */
  readonly module: string;
  /** What is taken from it; "" for the module itself, "default" for its default export. */
  readonly name: string;
  /** How it is called here. */
  readonly local: string;
  readonly place: Place;
}

export interface Binding {
  readonly path: string;
  readonly value: Value;
  readonly functionId: number;
}

export interface TextUse {
  readonly text: string;
  readonly place: Place;
}

export interface Program {
  readonly file: string;
  readonly language: CodeLanguage;
  readonly imports: readonly Import[];
  /** PHP: the namespace that unqualified class names belong to. */
  readonly namespace: string;
  /** In the order of the text; a call's arguments and receiver come before it. */
  readonly calls: readonly Call[];
  /** By path: everything that was bound to it, parameters and loop variables as unknown values. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  /** The function that each function stands in; the file is 0 and stands in none. */
  readonly parents: readonly number[];
  /** Every string and pattern of the text, without comments. */
  readonly texts: readonly TextUse[];
}

/** Deeper than any configuration that people write by hand. */
const STEPS_MAX = 16;

/**
 * What a value comes to: follows names that are bound exactly once where they can be seen. Everything else
 * stays a name, so that a caller never judges a value that may be another one at run time.
 */
export function resolve(program: Program, value: Value): Value {
  let current = value;
  for (let step = 0; step < STEPS_MAX && current.kind === "name"; step++) {
    const bound = visible(program, current.path, current.functionId);
    const only = bound[0];
    if (only === undefined || bound.length > 1) return current;
    current = only.value;
  }
  return current;
}

/** Fields belong to the object and are seen everywhere; plain names in their function and those around it. */
function visible(program: Program, path: string, functionId: number): readonly Binding[] {
  const bindings = program.bindings.get(path) ?? [];
  if (/^(this|self|\$self)\./.test(path)) return bindings;
  for (let scope: number | undefined = functionId; scope !== undefined; scope = program.parents[scope]) {
    const here = bindings.filter((binding) => binding.functionId === scope);
    if (here.length > 0 || scope === 0) return here;
  }
  return [];
}

/** Everything ever bound to the path that can be seen from there: `a.b = 1`, once or more often. */
export function boundTo(program: Program, path: string, functionId: number): readonly Value[] {
  return visible(program, path, functionId).map((binding) => binding.value);
}

/** The fields of a record, with what is spread into it. */
export interface Fields {
  readonly values: ReadonlyMap<string, Value>;
  /** Nothing was spread into it that could not be followed. */
  readonly isWhole: boolean;
}

export function fieldsOf(program: Program, entries: readonly Entry[], depth = 0): Fields {
  const values = new Map<string, Value>();
  let isWhole = depth < STEPS_MAX;
  for (const entry of isWhole ? entries : []) {
    if (entry.name !== undefined) values.set(entry.name, entry.value);
    else {
      const spread = recordOf(program, entry.value, depth + 1);
      for (const [name, value] of spread?.values ?? []) values.set(name, value);
      isWhole &&= spread?.isWhole ?? false;
    }
  }
  return { values, isWhole };
}

/** A record, `dict(a=1)` included; undefined when the value is not known to be one. */
export function recordOf(program: Program, value: Value | undefined, depth = 0): Fields | undefined {
  if (value === undefined) return undefined;
  const found = resolve(program, value);
  if (found.kind === "record") return fieldsOf(program, found.entries, depth);
  if (found.kind === "list" && found.items.length === 0) return { values: new Map(), isWhole: true };
  if (found.kind === "call" && found.call.path === "dict" && found.call.arguments.length === 0)
    return fieldsOf(program, found.call.named, depth);
  return undefined;
}

/**
 * A path with its first part replaced by what was imported under that name: "S" after
 * `from redis.sentinel import Sentinel as S` is "redis.sentinel.Sentinel".
 */
export function canonical(program: Program, path: string): string {
  if (path.startsWith(".")) return path.slice(1);
  const [first = "", ...rest] = path.split(".");
  const found = program.imports.find((one) => one.local === first);
  if (found !== undefined)
    return [found.module, found.name, ...rest].filter((part) => part !== "").join(".");
  return program.namespace === "" ? path : `${program.namespace}.${path}`;
}

export function imports(program: Program, pattern: RegExp): boolean {
  return program.imports.some((one) => pattern.test(one.module));
}

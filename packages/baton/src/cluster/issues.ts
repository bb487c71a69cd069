// What a schema finds wrong, in our own sentences: every problem with its path, whatever kind of file it is.
import { z } from "zod";
import { listed, nearest, printable, quoted } from "./text.ts";
import type { Path } from "./yaml-source.ts";

export interface Problem {
  readonly path: Path;
  readonly message: string;
  /** Points at the key instead of the value. */
  readonly part?: "key";
}

type SchemaNode = z.core.JSONSchema.BaseSchema;

/** Schemas as plain data; each is made when the first unknown key asks for it, and never again. */
const trees = new WeakMap<z.ZodType, SchemaNode>();

function treeOf(schema: z.ZodType): SchemaNode {
  const made = trees.get(schema) ?? z.toJSONSchema(schema, { io: "input" });
  trees.set(schema, made);
  return made;
}

/** The keys that the schema knows at a path. */
function knownKeys(path: Path, schema: z.ZodType): readonly string[] {
  let node: SchemaNode | undefined = treeOf(schema);
  for (const step of path) {
    const next: unknown = typeof step === "number" ? node?.items : node?.properties?.[step];
    node = typeof next === "object" && next !== null ? (next as SchemaNode) : undefined;
  }
  return Object.keys(node?.properties ?? {});
}

const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a map of keys and values",
  record: "a map of keys and values",
  string: "text",
};

/**
 * What stands in the file, for a message. Never the value itself where somebody may have written a
 * password.
 */
function found(value: unknown, path: Path): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (path[0] === "secrets" || path[1] === "settings")
    return typeof value === "string" ? "text" : `a ${typeof value}`;
  return typeof value === "string" ? quoted(value) : printable(JSON.stringify(value) ?? typeof value);
}

/**
 * Our own sentence for an issue of zod; undefined (zod's own words) for those that the schema always
 * words itself.
 */
export function issueSentence(issue: z.core.$ZodRawIssue): string | undefined {
  const what = found(issue.input, (issue.path ?? []) as Path);
  if (issue.code === "invalid_type") {
    return issue.input === undefined
      ? `Key ${quoted(String(issue.path?.at(-1)))} is missing`
      : `Expected ${KINDS[issue.expected] ?? issue.expected}, found ${what}`;
  }
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const meant = typeof issue.input === "string" ? nearest(issue.input, values) : undefined;
    const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
    return `Expected ${listed(values, "or")}, found ${what}${advice}`;
  }
  const measure = measured(issue.input, what);
  if (issue.code === "too_small") {
    return `Expected at least ${sized(issue.origin, issue.minimum)}, found ${measure}`;
  }
  if (issue.code === "too_big") {
    return `Expected at most ${sized(issue.origin, issue.maximum)}, found ${measure}`;
  }
  return undefined;
}

function sized(origin: string, limit: number | bigint | Date): string {
  const unit = { array: " entries", string: " characters" }[origin] ?? "";
  return `${String(limit)}${unit}`;
}

function measured(input: unknown, what: string): string {
  return typeof input === "string" || Array.isArray(input) ? String(input.length) : what;
}

/** An issue of `schema`, at the places where it can be mended. */
export function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType): readonly Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path, schema);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      const advice =
        meant === undefined ? `known here: ${listed(known)}` : `did you mean ${quoted(meant)}?`;
      return { path: [...path, key], part: "key", message: `Unknown key ${quoted(key)}; ${advice}` };
    });
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => ({ path, part: "key", message: inner.message }));
  }
  return [{ path, message: issue.message }];
}

// Holds the values of a file against the schema: every problem of shape at once, each with its path and
// one sentence.
import { z } from "zod";
import { type ClusterFile, clusterFile, type HostEntry, hostEntry } from "./schema.ts";
import { listed, nearest, printable, quoted } from "./text.ts";
import type { Path } from "./yaml-source.ts";

export interface Problem {
  readonly path: Path;
  readonly message: string;
  /** Points at the key instead of the value. */
  readonly part?: "key";
}

export interface Reading {
  readonly problems: readonly Problem[];
  /** What could be read; sections with problems hold their defaults and are named in `broken`. */
  readonly file: Omit<ClusterFile, "hosts">;
  readonly broken: ReadonlySet<keyof ClusterFile>;
  /** By position; undefined where an entry has problems. */
  readonly hosts: readonly (HostEntry | undefined)[];
}

type SchemaNode = z.core.JSONSchema.BaseSchema;

/** The schema as plain data; made when the first unknown key asks for it, and never again. */
let schemaTree: SchemaNode | undefined;

/** The keys that the schema knows at a path. */
function knownKeys(path: Path): readonly string[] {
  schemaTree ??= z.toJSONSchema(clusterFile, { io: "input" });
  let node: SchemaNode | undefined = schemaTree;
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
function sentence(issue: z.core.$ZodRawIssue): string | undefined {
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

function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
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

/** The same values without the keys that the schema does not know, so that the rest can be judged. */
function withoutUnknownKeys(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    let holder = copy;
    for (const step of issue.path) holder = (holder as Record<PropertyKey, unknown>)[step];
    for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  return copy;
}

/**
 * Zod yields no value at all when anything is wrong. Reading section by section keeps the sections that
 * are right, so that problems between them are reported in the same run.
 */
export function readShape(value: unknown): Reading {
  const whole = clusterFile.safeParse(value, { error: sentence });
  const issues = whole.success ? [] : whole.error.issues;
  const cleaned = withoutUnknownKeys(value, issues);
  const sections = (typeof cleaned === "object" && cleaned !== null ? cleaned : {}) as Record<
    string,
    unknown
  >;
  const broken = new Set<keyof ClusterFile>();
  const section = <Value>(key: keyof ClusterFile, schema: z.ZodType<Value>): Value => {
    const read = schema.safeParse(sections[key]);
    if (read.success) return read.data;
    broken.add(key);
    return schema.parse(undefined);
  };
  const { shape } = clusterFile;
  const listedHosts = Array.isArray(sections["hosts"]) ? sections["hosts"] : [];
  if (!shape.hosts.safeParse(sections["hosts"]).success) broken.add("hosts");
  return {
    problems: issues.flatMap(problemsOf),
    hosts: listedHosts.map((entry) => hostEntry.safeParse(entry).data),
    broken,
    file: {
      name: section("name", shape.name),
      objectives: section("objectives", shape.objectives),
      groups: section("groups", shape.groups),
      redis: section("redis", shape.redis),
      sentinel: section("sentinel", shape.sentinel),
      agent: section("agent", shape.agent),
      router: section("router", shape.router),
      targets: section("targets", shape.targets),
      tls: section("tls", shape.tls),
      firewall: section("firewall", shape.firewall),
      provision: section("provision", shape.provision),
      secrets: section("secrets", shape.secrets),
    },
  };
}

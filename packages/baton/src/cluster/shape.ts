// Holds the values of a file against the schema: every problem of shape at once, each with its path and
// one sentence.
import type { z } from "zod";
import { issueSentence, type Problem, problemsOf } from "./issues.ts";
import { type ClusterFile, clusterFile, type HostEntry, hostEntry } from "./schema.ts";

export interface Reading {
  readonly problems: readonly Problem[];
  /** What could be read; sections with problems hold their defaults and are named in `broken`. */
  readonly file: Omit<ClusterFile, "hosts">;
  readonly broken: ReadonlySet<keyof ClusterFile>;
  /** By position; undefined where an entry has problems. */
  readonly hosts: readonly (HostEntry | undefined)[];
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
  const whole = clusterFile.safeParse(value, { error: issueSentence });
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
    problems: issues.flatMap((issue) => problemsOf(issue, clusterFile)),
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
      notify: section("notify", shape.notify),
      tls: section("tls", shape.tls),
      firewall: section("firewall", shape.firewall),
      provision: section("provision", shape.provision),
      secrets: section("secrets", shape.secrets),
    },
  };
}

import { describe, expect, test } from "vitest";
import { clusterJsonSchema, clusterReferenceMarkdown } from "./reference.ts";

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** Every key of the schema with its dotted path. */
function keysOf(node: Node, prefix = ""): readonly (readonly [string, Node])[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const path = `${prefix}${key}`;
    return [
      [path, child] as const,
      ...keysOf(child, `${path}.`),
      ...keysOf(child.items ?? {}, `${path}[].`),
    ];
  });
}

const schema = clusterJsonSchema() as Node;

describe("the JSON Schema of the cluster file", () => {
  test("describes every key in a sentence", () => {
    const keys = keysOf(schema);
    expect(keys.length).toBeGreaterThan(40);
    for (const [path, node] of keys) expect(node.description, path).toMatch(/^[A-Z].*\.$/);
  });

  test("asks for hosts only, and refuses keys it does not know", () => {
    expect(schema.required).toEqual(["hosts"]);
    for (const [path, node] of [["", schema] as const, ...keysOf(schema)]) {
      if (node.properties !== undefined) expect(node.additionalProperties, path).toBe(false);
    }
  });

  test("has the defaults as a file would have them", () => {
    const defaults = new Map(keysOf(schema).map(([path, node]) => [path, node.default]));
    expect(defaults.get("objectives.rto")).toBe("5s");
    expect(defaults.get("hosts[].runs")).toEqual(["redis", "sentinel", "agent"]);
    expect(defaults.get("secrets.peer")).toEqual({ env: "BATON_PEER_PASSWORD" });
  });

  test("is plain data that JSON can hold", () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});

describe("the reference page", () => {
  const page = clusterReferenceMarkdown();

  test("has one row for every key, with four cells", () => {
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    const listed = rows.map((row) => row.split(" | ")[0]?.replace(/^\| /, ""));
    const wanted = keysOf(schema).filter(([path]) => !/^secrets\.\w+\./.test(path));
    expect(listed).toEqual(wanted.map(([path]) => `\`${path}\``));
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|"), row).toHaveLength(6);
  });

  test("says what a key takes, and its default", () => {
    expect(page).toContain("| `objectives.rto` | duration up to 60m | `5s` |");
    expect(page).toContain(
      "| `hosts[].runs` | list of `redis`, `sentinel`, `agent`, `router` | `[redis, sentinel, agent]` |",
    );
    expect(page).toContain(
      "| `secrets.peer` | `{ env: NAME }` or `{ file: path }` | `{ env: BATON_PEER_PASSWORD }` |",
    );
    expect(page).toContain("| `router.port` | TCP port 1 to 65535 | `6380` |");
  });
});

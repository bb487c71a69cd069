import { describe, expect, test } from "vitest";
import { FILE_BYTES_MAX, readYaml, type YamlSource } from "./yaml-source.ts";

function sourceOf(text: string): YamlSource {
  const read = readYaml(text);
  if (read.kind === "unreadable") throw new Error(JSON.stringify(read.problems));
  return read.source;
}

function refusalOf(text: string): string {
  const read = readYaml(text);
  const problems = read.kind === "unreadable" ? read.problems : read.source.problems;
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join("\n");
}

describe("the place of a value", () => {
  const source = sourceOf("# a comment\nhosts:\n  - { name: h1,\n      zone: a }\nempty:\n");

  test("is where the value begins, or its key when that is asked for", () => {
    expect(source.placeOf(["hosts", 0, "name"], "value")).toEqual({ line: 3, column: 13 });
    expect(source.placeOf(["hosts", 0, "zone"], "key")).toEqual({ line: 4, column: 7 });
  });

  test("is the nearest one around it when it is not there", () => {
    expect(source.placeOf(["hosts", 0, "address"], "value")).toEqual({ line: 3, column: 5 });
    expect(source.placeOf(["hosts", 7, "name"], "value")).toEqual({ line: 3, column: 3 });
    expect(source.placeOf(["groups", 0], "value")).toEqual({ line: 2, column: 1 });
  });

  test("is beside the key when the value is left empty", () => {
    expect(source.placeOf(["empty"], "value").line).toBe(5);
  });

  test("is right with Windows line ends and a byte order mark", () => {
    expect(sourceOf("\u{feff}a: 1\r\nb: 2\r\n").placeOf(["b"], "value").line).toBe(2);
  });
});

describe("reading YAML", () => {
  test("takes an empty file for a map without keys", () => {
    for (const text of ["", "\n", "# only a comment\n", "---\n"])
      expect(sourceOf(text).value ?? {}).toEqual({});
  });

  test("keeps keys that mean something to JavaScript as plain keys, but the one that is none", () => {
    expect(sourceOf("constructor: 1\ntoString: 2\n").value).toEqual({ constructor: 1, toString: 2 });
    const read = sourceOf("a: { __proto__: { b: 1 } }\n");
    expect(read.value).toEqual({ a: {} });
    expect(read.problems).toEqual([
      { line: 1, column: 6, path: ["a", "__proto__"], message: 'Unknown key "__proto__"' },
    ]);
  });

  test("names every key that is written twice, with its place", () => {
    expect(refusalOf("a: 1\nb: { c: 1, c: 2 }\na: 2\n")).toBe(
      '2:12 Key "c" is written twice in this map\n3:1 Key "a" is written twice in this map',
    );
  });

  test("refuses aliases, anchors, tags, keys that are no words, and another YAML version", () => {
    expect(refusalOf("a: &x 1\nb: *x\n")).toContain("2:4 Aliases are not supported");
    expect(refusalOf("a: &x 1\n")).toContain("1:7 Anchors are not supported");
    expect(refusalOf("a: !!str 1\n")).toContain("Tags are not supported");
    expect(refusalOf("? { a: b }\n: c\n")).toContain("Expected a word as the key");
    expect(refusalOf("%YAML 1.1\n---\na: yes\n")).toContain("Expected YAML 1.2");
    expect(refusalOf("a: 1\n---\nb: 1\n")).toContain("multiple documents");
  });

  test("refuses a bomb of aliases without unfolding it", () => {
    const level = (index: number) =>
      `l${index}: &l${index} [${Array(9)
        .fill(`*l${index - 1}`)
        .join(",")}]`;
    const bomb = ["l0: &l0 x", ...Array.from({ length: 30 }, (_, index) => level(index + 1))].join("\n");
    expect(refusalOf(bomb)).toContain("Aliases are not supported");
  });

  test("refuses nesting that would overflow the stack, and says where", () => {
    for (const deep of ["[", "{", "- ", "? ", "[{a: "]) {
      expect(refusalOf(`a: 1\nb:\n  ${deep.repeat(FILE_BYTES_MAX / 2 / deep.length)}`), deep).toMatch(
        /^3:\d+ Nested deeper/,
      );
    }
    const indented = Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
    expect(refusalOf(indented)).toMatch(/^66:\d+ Nested deeper/);
  });

  test("does not take brackets in comments and strings for nesting", () => {
    expect(
      sourceOf(`# ${"[".repeat(50)}\na: "${"[".repeat(50)}"\nb: x${"[".repeat(50)}\n`).value,
    ).toHaveProperty("b");
  });

  test("refuses a file of more than 256 KiB, counted in bytes", () => {
    expect(refusalOf("é".repeat(FILE_BYTES_MAX / 2 + 1))).toContain(
      `at most ${FILE_BYTES_MAX} are read`,
    );
  });

  test("reads at most 256 keys of a map and 1024 entries of a list, and says how many there are", () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join("\n");
    expect(Object.keys(sourceOf(keys).value as object)).toHaveLength(256);
    expect(refusalOf(keys)).toBe("1:1 At most 256 entries are read here, found 20000");
    expect(refusalOf(`[${"1,".repeat(1_024)}1]`)).toContain(
      "At most 1024 entries are read here, found 1025",
    );
  });

  test("names the first mistakes of its syntax, and not the thousands that follow from them", () => {
    expect(refusalOf("]".repeat(10_000)).split("\n")).toHaveLength(10);
  });
});

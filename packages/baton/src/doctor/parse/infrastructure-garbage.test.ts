// What the parsers of everything around Redis promise for files that are broken, or meant to break them.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagnose } from "../diagnose.ts";
import { rules } from "../rules/index.ts";
import { loadScriptReader } from "../code/scripts.ts";
import { parseAnsible } from "./ansible.ts";
import { parseCompose } from "./compose.ts";
import { parseHaproxy } from "./haproxy.ts";
import { parseHelm } from "./helm.ts";
import { parseInventory } from "./inventory.ts";
import { maskTemplate } from "./jinja.ts";
import { parseSysctl } from "./sysctl.ts";
import { parseTerraform } from "./terraform.ts";
import { parseYaml } from "./yaml-tree.ts";

const readScript = await loadScriptReader();

describe("garbage", () => {
  const pieces = fc.constantFrom(
    ...(
      "- hosts: x|  tasks:|    - apt: {name: |[a|[|]|{|}|{{|}}|{%|%}|\n|\r\n| |  |\t|: |&a " +
      "|*a|<<: *a|\"|'|\\|#|$|${|$6|$@|`"
    ).split("|"),
    ...(
      "name=\u0000|\uE001|\uE000|\uE100|\uFEFF|💥|backend x|server a " +
      '10.0.0.1:6379|<<EOF|EOF|/*|resource "a" "b" {|=|if |then|fi|(|)|;|sys.argv[|- |? |: ' +
      "|---|...|!!binary|> |[x:vars]|node[1:999]|exit 0|f() {"
    ).split("|"),
  );
  const garbage = fc.array(fc.oneof(pieces, pieces, fc.string({ maxLength: 8 })), { maxLength: 60 });
  const parsers = [
    parseAnsible,
    parseCompose,
    parseHaproxy,
    parseHelm,
    parseInventory,
    parseSysctl,
    parseTerraform,
    (source: { path: string; text: string }) => readScript(source, "shell"),
    (source: { path: string; text: string }) => readScript(source, "python"),
  ];

  test("never makes a parser throw", () => {
    fc.assert(
      fc.property(garbage, fc.constantFrom("a.yml", "hosts"), (parts, path) => {
        for (const parse of parsers) {
          parse({ path, text: parts.join("") });
        }
      }),
      { numRuns: 300 },
    );
  });

  test("leaves masked templates as long as they were, line by line", () => {
    fc.assert(
      fc.property(garbage, (parts) => {
        const text = parts.join("");
        const lengths = (whole: string): number[] => whole.split("\n").map((line) => line.length);
        expect(lengths(maskTemplate(text).text)).toEqual(lengths(text));
      }),
      { numRuns: 300 },
    );
  });

  test("keeps a placeholder that opens at the end of a line as one, and its columns", () => {
    const { text, restore } = maskTemplate("port: {{\n  x }} 1");
    expect(text.split("\n").map((line) => line.length)).toEqual([8, 8]);
    expect(restore(text)).toBe("port: {{ }}\n       1");
  });

  test.each([
    ["nested", "[".repeat(20_000)],
    ["nested by dashes", "- ".repeat(20_000)],
    [
      "full of aliases",
      Array.from({ length: 60 }, (_, n) => `a${n}: &x${n} [${`*x${n - 1},`.repeat(9)}]`).join("\n"),
    ],
    ["full of openings", "{{".repeat(50_000)],
    ["full of quotes", '\\"'.repeat(50_000)],
    ["full of comments", "/*".repeat(50_000)],
    ["longer than anybody writes", "a: b\n".repeat(300_000)],
  ])("is done with quickly when it is %s", (_, text) => {
    const start = performance.now();
    parseYaml({ path: "a.yml", text });
    parseTerraform({ path: "a.tf", text: text.slice(0, 200_000) });
    parseHaproxy({ path: "haproxy.cfg", text: text.slice(0, 200_000) });
    parseInventory({ path: "hosts", text: text.slice(0, 200_000) });
    parseSysctl({ path: "sysctl.conf", text: text.slice(0, 200_000) });
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test("takes memory in proportion to an inventory, whoever inherits what", () => {
    const hosts = Array.from({ length: 4_000 }, (_, index) => `h${index}\n`).join("");
    const variables = Array.from({ length: 20_000 }, (_, index) => `v${index}=1\n`).join("");
    const text = `[redis]\n${hosts}[redis:vars]\n${variables}`;
    const inventory = parseInventory({ path: "hosts", text });
    const kept = inventory.hosts.map(({ variables }) => variables.size);
    expect(inventory.hosts).toHaveLength(4_000);
    expect(kept.reduce((sum, size) => sum + size, 0)).toBe(500_000);
    expect(inventory.malformed).toHaveLength(1);
  });

  test("is passed over with a reason when it is longer than anybody writes, and is no finding", () => {
    const head = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n";
    const files = [{ path: "crds.yaml", text: `${head}${"# ".repeat(300_000)}\n` }];
    const { findings, checked } = diagnose({ files }, { rules });
    expect(findings).toEqual([]);
    expect(checked.skipped).toEqual([
      { file: "crds.yaml", reason: "has 600068 characters, and YAML of 524288 is read" },
    ]);
  });
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { explanationLines, explanationOf } from "./explanation.ts";
import { layoutOf } from "./layout.ts";
import { clusterOrThrow } from "./load.ts";

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../../${name}`, import.meta.url));
const text = readFileSync(pathOf("examples/smallest.yml"), "utf8");
const explanation = explanationOf(layoutOf(clusterOrThrow(text, "smallest.yml")));
const heading = (line: string): string => line;

describe("the explanation of a cluster", () => {
  test("for people has the promises, every timing with its reason, and what runs where", async () => {
    const lines = explanationLines(explanation, { columns: 100, heading });
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(
      pathOf("testdata/cluster/smallest.explain.txt"),
    );
  });

  test.each([80, 100, 200])("keeps to a terminal of %i columns", (columns) => {
    const lines = explanationLines(explanation, { columns, heading });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  test("stays readable on a terminal that is too narrow for it", () => {
    const words = (columns: number) =>
      explanationLines(explanation, { columns, heading }).join(" ").split(/\s+/);
    expect(words(10)).toEqual(words(200));
  });

  test("for programs has values, origins and processes under stable keys", () => {
    expect(explanation).toMatchObject({
      name: "smallest",
      objectives: { rtoMs: 3000, rpo: "5s", rpoMs: 5000 },
      durability: "async",
      groups: [
        {
          name: "main",
          firstPrimary: "h1",
          hosts: ["h1", "h2", "h3"],
          timings: { downAfterMs: { value: 1800, origin: "derived" } },
        },
      ],
    });
    expect(explanation.hosts.at(-1)).toEqual({
      name: "app",
      address: "10.77.0.20",
      zone: "a",
      processes: [
        { runs: "router", group: "main", port: 6380 },
        { runs: "agent", port: 8377 },
      ],
    });
  });

  test.each([
    ["", { redis: true, router: true }, "TLS between Redis, Sentinel and Baton, and from clients"],
    [", router: false", { redis: true, router: false }, "Plain text from clients to the routers"],
    [", redis: false", { redis: false, router: true }, "Plain text between Redis, Sentinel and Baton"],
  ])("says what is encrypted, with tls: { ...%s }", (written, tls, sentence) => {
    const section = `tls: { authority: a.pem, certificate: h.pem, key: h.key${written} }\n`;
    const explained = explanationOf(layoutOf(clusterOrThrow(text + section, "smallest.yml")));
    expect(explained.tls).toEqual(tls);
    expect(explanationLines(explained, { columns: 200, heading })[4]).toContain(sentence);
  });

  test("says so where all of it stops with one zone", () => {
    const one = clusterOrThrow(text.replaceAll(/zone: [abc]/g, "zone: site"), "smallest.yml");
    expect(explanationLines(explanationOf(layoutOf(one)), { columns: 200, heading })).toContain(
      "  zones       1      All of Redis and Sentinel is in zone site, and stops with it.",
    );
  });

  test("has no bound where no rpo is promised", () => {
    const none = clusterOrThrow(text.replace("rpo: 5s", "rpo: none"), "smallest.yml");
    const explained = explanationOf(layoutOf(none));
    expect(explained.objectives).toMatchObject({ rpo: "none", rpoMs: null });
    expect(explanationLines(explained, { columns: 200, heading })[2]).toContain("No promise");
  });
});

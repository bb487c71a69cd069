import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterOrThrow, formatProblem, loadCluster } from "./load.ts";

const smallest = readFileSync(new URL("../../../../examples/smallest.yml", import.meta.url), "utf8");

const threeHosts = [1, 2, 3]
  .map((index) => `  - { name: h${index}, address: 10.0.0.${index} }`)
  .join("\n");
const minimal = `hosts:\n${threeHosts}\n`;

function problemsOf(text: string): readonly string[] {
  const loaded = loadCluster(text, "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem);
}

describe("limits", () => {
  const host = (index: number) => `  - { name: n${index}, address: 10.1.0.${index} }`;

  test("are 64 hosts and 1,000 groups", () => {
    const hosts = (count: number) =>
      `hosts:\n${Array.from({ length: count }, (_, index) => host(index)).join("\n")}\n`;
    expect(problemsOf(hosts(64))).toEqual([]);
    expect(problemsOf(hosts(65))).toEqual([
      expect.stringContaining("Expected at most 64 entries, found 65"),
    ]);
    const groups = (count: number) =>
      Array.from({ length: count }, (_, index) => {
        const ports = `port: ${10_000 + index}, routerPort: ${20_000 + index}, readPort: ${30_000 + index}`;
        return `  - { name: ${"g".repeat(35)}-${index}, ${ports} }`;
      }).join("\n");
    expect(problemsOf(`${minimal}groups:\n${groups(1_000)}\n`)).toEqual([]);
    expect(problemsOf(`${minimal}groups:\n${groups(1_001)}\n`)).toEqual([
      expect.stringContaining("Expected at most 1000 entries"),
    ]);
  });

  test("do not make a file of a thousand wrong groups a slow one", () => {
    const groups = Array.from(
      { length: 1_000 },
      (_, index) => `  - { name: g${index}, hosts: [h1, x] }`,
    );
    const beganMs = performance.now();
    const problems = problemsOf(`${minimal}groups:\n${groups.join("\n")}\n`);
    expect(problems).toHaveLength(101);
    expect(performance.now() - beganMs).toBeLessThan(5_000);
  });

  test("are 40 characters for a name and 256 KiB for a file", () => {
    expect(problemsOf(`${minimal}name: ${"n".repeat(40)}\n`)).toEqual([]);
    expect(problemsOf(`${minimal}name: ${"n".repeat(41)}\n`)).toHaveLength(1);
    expect(problemsOf(`${minimal}# ${"x".repeat(256 * 1024)}`)).toEqual([
      expect.stringContaining("at most 262144 are read"),
    ]);
  });
});

describe("redis.conf directives", () => {
  const refusalsOf = (setting: string) => problemsOf(`${minimal}redis: { settings: { ${setting} } }\n`);

  test("are refused where Baton writes them, and where they break a failover or the file", () => {
    for (const name of [
      "replicaof",
      "slaveof",
      "port",
      "bind",
      "user",
      "masterauth",
      "rename-command",
      "dir",
      "include",
    ]) {
      expect(refusalsOf(`${name}: x`), name).toEqual([
        expect.stringContaining(`redis.settings.${name} Not ${name}: `),
      ]);
    }
    for (const name of ["min-replicas-to-write", "replica-announce-ip", "cluster-enabled", "tls-port"]) {
      expect(refusalsOf(`${name}: 1`), name).toHaveLength(1);
    }
    expect(refusalsOf("PORT: 1")).toEqual([expect.stringContaining("in lower case")]);
    expect(refusalsOf('"a b": 1')).toEqual([expect.stringContaining("Expected a redis.conf directive")]);
    expect(refusalsOf('maxmemory: "1gb\\nport 1"')).toEqual([
      expect.stringContaining("a new line would be a new directive"),
    ]);
  });

  test("are passed on as written where they are fine", () => {
    const cluster = clusterOrThrow(
      `${minimal}redis: { settings: { maxmemory: 1gb, hz: 20, lfu-log-factor: 1.5 } }\n`,
      "x.yml",
    );
    expect(cluster.redisSettings).toEqual({ maxmemory: "1gb", hz: "20", "lfu-log-factor": "1.5" });
  });

  test("take no number that would be written in another way than it was meant", () => {
    for (const number of [".inf", ".nan", "1e30"])
      expect(refusalsOf(`maxmemory: ${number}`), number).toHaveLength(1);
  });
});

describe("whatever the text", () => {
  const sentence = /^x\.yml:\d+:\d+ [^\p{Cc}\p{Cs}]+$/u;
  const expectSentences = (text: string): void => {
    const loaded = loadCluster(text, "x.yml");
    if (loaded.kind === "ok") return;
    const lines = text.split(/\r\n|\r|\n/).length;
    const misplaced = loaded.problems.filter(
      ({ line, column }) => line < 1 || line > lines || column < 1,
    );
    const unspoken = loaded.problems.map(formatProblem).filter((problem) => !sentence.test(problem));
    expect({ misplaced, unspoken, count: loaded.problems.length }).toEqual({
      misplaced: [],
      unspoken: [],
      count: expect.toSatisfy((count: number) => count > 0),
    });
  };

  test("random characters and random bytes are a cluster or a list of problems, never a crash", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), expectSentences), {
      numRuns: 300,
    });
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString("utf8"));
    fc.assert(fc.property(bytes, expectSentences), { numRuns: 300 });
  });

  test("so is a mix of what YAML and a cluster file are made of", () => {
    const words =
      "hosts groups name h1 address 10.0.0.1 runs redis settings secrets env rto 3s null 1 -1 .nan";
    const marks = [
      "\n",
      "\n  ",
      "\n  - ",
      ": ",
      "- ",
      "[",
      "]",
      "{",
      "}",
      ", ",
      "&a ",
      "*a",
      "!!str ",
      "|\n",
      "'",
      '"',
      "#",
      "? ",
    ];
    const pieces = fc.array(fc.constantFrom(...words.split(" "), ...marks), { maxLength: 80 });
    fc.assert(
      fc.property(
        pieces.map((parts) => parts.join("")),
        expectSentences,
      ),
      { numRuns: 300 },
    );
  });

  test("so is the smallest example with a piece torn out or put elsewhere", () => {
    const offset = fc.nat(smallest.length);
    fc.assert(
      fc.property(offset, fc.nat(60), offset, (from, length, to) => {
        const rest = smallest.slice(0, from) + smallest.slice(from + length);
        expectSentences(rest);
        expectSentences(rest.slice(0, to) + smallest.slice(from, from + length) + rest.slice(to));
      }),
      { numRuns: 200 },
    );
  });

  test("so is any structure of plain values in the place of any section", () => {
    const sections = [
      "name",
      "objectives",
      "hosts",
      "groups",
      "redis",
      "sentinel",
      "agent",
      "router",
      "tls",
      "firewall",
      "provision",
      "secrets",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...sections), fc.json({ maxDepth: 4 }), (section, json) => {
        expectSentences(`${section === "hosts" ? "" : minimal}${section}: ${json}\n`);
      }),
      { numRuns: 300 },
    );
  });
});

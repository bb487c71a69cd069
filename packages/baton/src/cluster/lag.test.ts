import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { layoutOf } from "./layout.ts";
import { clusterOrThrow, loadCluster } from "./load.ts";
import type { Cluster } from "./types.ts";
import { clusterToYaml } from "./write.ts";

const smallest = readFileSync(new URL("../../../../examples/smallest.yml", import.meta.url), "utf8");

const problemsOf = (text: string): readonly string[] => {
  const loaded = loadCluster(text, "c.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(({ path, message }) => `${path} ${message}`);
};
const withRouter = (router: string, more = ""): string => `${smallest}\nrouter: { ${router} }\n${more}`;
const roundTrip = (cluster: Cluster): Cluster => clusterOrThrow(clusterToYaml(cluster), "again.yml");

test("without a port for reads there is none, whatever is said about reads", () => {
  const cluster = clusterOrThrow(withRouter("reads: { fallback: refuse }"), "c.yml");
  expect(cluster.router.reads).toBeUndefined();
  expect(layoutOf(cluster).routers.map(({ readPort }) => readPort)).toEqual([undefined]);
});

test("a port for reads has a bound in time by default, and is planned on every host with a router", () => {
  const cluster = clusterOrThrow(
    withRouter("readPort: 6381, proxyProtocol: true, accessLog: true"),
    "c.yml",
  );
  expect(cluster.router).toMatchObject({
    proxyProtocol: true,
    accessLog: true,
    reads: { maxLag: { kind: "time", ms: 10_000 }, fallback: "primary" },
  });
  expect(layoutOf(cluster).routers).toMatchObject([{ host: "app", port: 6380, readPort: 6381 }]);
  expect(roundTrip(cluster)).toEqual(cluster);
});

test("the bound may be in bytes, and a file with it is written as it was read", () => {
  const text = withRouter("readPort: 6381, reads: { maxLag: 1048576, fallback: refuse }");
  const cluster = clusterOrThrow(text, "c.yml");
  expect(cluster.router.reads).toEqual({
    maxLag: { kind: "bytes", bytes: 1 << 20 },
    fallback: "refuse",
  });
  expect(roundTrip(cluster)).toEqual(cluster);
});

test.each(["500ms", "2h", "soon", "1.5", "true"])("a bound of %s is refused", (lag) => {
  const [problem, ...more] = problemsOf(withRouter(`readPort: 6381, reads: { maxLag: ${lag} }`));
  expect(more).toEqual([]);
  expect(problem).toMatch(
    /^router\.reads\.maxLag Expected a duration from 1s to 60m, such as 2s, or a whole/,
  );
});

test("a port that something else of the host has is refused", () => {
  expect(problemsOf(withRouter("readPort: 6380"))).toEqual([
    expect.stringMatching(
      /^router\.readPort Port 6380 of host app is wanted by the router of group main and/,
    ),
  ]);
});

test("beside replicated writes readers may not fall back to the primary", () => {
  const replicated = "durability: replicated, readPort: 6381";
  const [problem] = problemsOf(withRouter(replicated));
  expect(problem).toMatch(/^router\.reads\.fallback Expected refuse beside durability: replicated/);
  expect(problemsOf(withRouter(`${replicated}, reads: { fallback: refuse }`))).toEqual([]);
});

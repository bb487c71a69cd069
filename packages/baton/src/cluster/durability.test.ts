import { expect, test } from "vitest";
import { clusterOrThrow, formatProblem, loadCluster } from "./load.ts";

const HOSTS = `hosts:
  - { name: h1, address: 10.0.0.1 }
  - { name: h2, address: 10.0.0.2 }
  - { name: h3, address: 10.0.0.3 }
`;
const REPLICATED = `${HOSTS}router: { durability: replicated }
`;

function problemsOf(text: string): readonly string[] {
  const loaded = loadCluster(text, "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(formatProblem);
}

test("writes count as done when the primary has them, unless the file asks for more", () => {
  expect(clusterOrThrow(HOSTS, "x.yml").router.durability).toBe("async");
  expect(clusterOrThrow(REPLICATED, "x.yml").router.durability).toBe("replicated");
});

test.each([
  ["agent: { fence: false }", /^x.yml:6:17 agent.fence .*needs the fence: .* old primary/],
  ["redis: { minReplicasToWrite: 0 }", /^x.yml:6:30 redis.minReplicasToWrite 0 contradicts .*cut off/],
  ["redis: { settings: { appendonly: 'No' } }", /^x.yml:6:34 redis.settings.appendonly .*restarts/],
])("replicated writes are refused beside %s, with the reason", (line, message) => {
  expect(problemsOf(`${REPLICATED}${line}\n`)).toContainEqual(expect.stringMatching(message));
  const asynchronous = problemsOf(`${HOSTS}${line}\n`);
  expect(asynchronous.filter((problem) => problem.includes("replicated"))).toEqual([]);
});

test("replicated writes are refused without an agent, and with a single node", () => {
  const noAgent = REPLICATED.replaceAll(" }\n", ", runs: [redis, sentinel] }\n");
  expect(problemsOf(noAgent.replace("replicated, runs: [redis, sentinel]", "replicated"))).toEqual([
    expect.stringMatching(/^x.yml:2:3 hosts .*needs a host that runs an agent/),
  ]);
  const single = `${REPLICATED}groups: [{ name: main, hosts: [h1] }]\n`;
  expect(problemsOf(single)).toContainEqual(expect.stringContaining("2 are needed"));
});

test("an unknown durability is refused with those that there are", () => {
  expect(problemsOf(REPLICATED.replace("replicated", "sync"))).toEqual([
    expect.stringMatching(/^x.yml:5:23 router.durability Expected async or replicated, found "sync"/),
  ]);
});

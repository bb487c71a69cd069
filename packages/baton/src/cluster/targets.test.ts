import { expect, test } from "vitest";
import { clusterOrThrow, loadCluster } from "./load.ts";

const fileOf = (targets: string, groups = "") => `hosts:
  - { name: h1, address: 10.0.0.1 }
  - { name: h2, address: 10.0.0.2 }
  - { name: h3, address: 10.0.0.3 }
  - { name: app, address: 10.0.0.9, runs: [router] }
  - { name: bare, address: 10.0.0.10, runs: [sentinel] }
${groups}targets:
${targets}`;

const TWO_GROUPS = `groups:
  - { name: cart, port: 7001, routerPort: 7101 }
  - { name: stock, port: 7002, routerPort: 7102 }
`;

function problemsOf(text: string): readonly string[] {
  const loaded = loadCluster(text, "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
}

test("a target keeps the keys that only its kind knows, and serves the only group", () => {
  const file = fileOf("  - { name: edge, kind: haproxy, on: [app], socket: /run/h.sock, x: [1] }\n");
  expect(clusterOrThrow(file, "x.yml").targets).toEqual([
    {
      name: "edge",
      kind: "haproxy",
      group: "main",
      on: ["app"],
      settings: { socket: "/run/h.sock", x: [1] },
    },
  ]);
});

test("names hosts without an agent, a second target of the name, and a missing or unknown group", () => {
  const twice = "  - { name: a, kind: file, on: [bare] }\n  - { name: a, kind: file, on: [h9] }\n";
  expect(problemsOf(fileOf(twice))).toEqual([
    'targets.0.on.0: No agent and no router runs on "bare"; they run on h1, h2, h3 and app',
    "targets.1.name: Another target is already called a",
    'targets.1.on.0: No agent and no router runs on "h9"; they run on h1, h2, h3 and app',
  ]);
  const groups =
    "  - { name: a, kind: file, on: [h1] }\n  - { name: b, kind: file, on: [h1], group: car }\n";
  expect(problemsOf(fileOf(groups, TWO_GROUPS))).toEqual([
    'targets.0: There are several groups (cart and stock): name one as "group"',
    'targets.1.group: No group "car": cart and stock',
  ]);
});

test("refuses a target that nobody serves", () => {
  expect(problemsOf(fileOf("  - { name: a, kind: file, on: [] }\n"))).toEqual([
    "targets.0.on: Expected at least 1 entries, found 0",
  ]);
});

import { expect, test } from "vitest";
import { clusterOrThrow, loadCluster } from "./load.ts";
import { clusterToYaml, withoutNotices } from "./write.ts";

const fileOf = (channels: string, groups = "") => `hosts:
  - { name: h1, address: 10.0.0.1 }
  - { name: h2, address: 10.0.0.2 }
  - { name: h3, address: 10.0.0.3 }
  - { name: app, address: 10.0.0.9, runs: [router] }
${groups}notify:
${channels}`;

const TWO_GROUPS = `groups:
  - { name: cart, port: 7001, routerPort: 7101 }
  - { name: stock, port: 7002, routerPort: 7102 }
`;

function problemsOf(text: string): readonly string[] {
  const loaded = loadCluster(text, "x.yml");
  return loaded.kind === "ok" ? [] : loaded.problems.map(({ path, message }) => `${path}: ${message}`);
}

test("a channel keeps the keys that only its kind knows, and has its defaults", () => {
  const file = fileOf("  - { name: chat, kind: slack, channel: '#ops', token: { env: T } }\n");
  expect(clusterOrThrow(file, "x.yml").notify).toEqual([
    {
      name: "chat",
      kind: "slack",
      severityMin: "info",
      settleMs: 10_000,
      drills: false,
      settings: { channel: "#ops", token: { env: "T" } },
    },
  ]);
});

test("is written as a file that is read back the same, and can be left out", () => {
  const file = fileOf(
    "  - { name: a, kind: teams, on: [h2, h1], groups: [cart], severity: error, settle: 1m, drills: true }\n",
    TWO_GROUPS,
  );
  const cluster = clusterOrThrow(file, "x.yml");
  expect(clusterOrThrow(clusterToYaml(cluster), "y.yml")).toEqual(cluster);
  expect(clusterToYaml(withoutNotices(cluster))).not.toContain("notify");
});

test("names hosts without an agent, groups that are not there, and a second channel of the name", () => {
  const channels =
    "  - { name: a, kind: slack, on: [app, h9] }\n  - { name: a, kind: slack, groups: [car] }\n";
  expect(problemsOf(fileOf(channels, TWO_GROUPS))).toEqual([
    'notify.0.on.0: No agent runs on "app"; agents run on h1, h2 and h3',
    'notify.0.on.1: No agent runs on "h9"; agents run on h1, h2 and h3',
    "notify.1.name: Another channel is already called a",
    'notify.1.groups.0: No group "car": cart and stock',
  ]);
});

test("bounds how long a problem has to last, and knows three severities", () => {
  const bad = "  - { name: a, kind: slack, settle: 1h, severity: critical }\n";
  const said = problemsOf(fileOf(bad));
  expect(said.some((one) => one.startsWith("notify.0.settle: Expected a duration up to 10m"))).toBe(
    true,
  );
  expect(said.some((one) => one.startsWith("notify.0.severity: Expected info, warning or error"))).toBe(
    true,
  );
});

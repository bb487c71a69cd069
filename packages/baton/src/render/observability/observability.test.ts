// The files for Prometheus, Alertmanager and Grafana: who is asked, and that the dashboard fits its page.
import { expect, test } from "vitest";
import { parse } from "yaml";
import { recordings } from "../../alerts/recordings.ts";
import { loadCluster } from "../../cluster/load.ts";
import { layoutOf } from "../../cluster/layout.ts";
import { METRICS } from "../../metrics/table.ts";
import { handmadeSecrets, handmadeSite } from "../layout.fixture.ts";
import { dashboard, dashboardQueries } from "./dashboard/dashboard.ts";
import { observabilityRenderers } from "./index.ts";
import { scrapeConfig } from "./prometheus.ts";

const HOSTS = `name: shop
hosts:
  - { name: h1, address: 10.0.0.1 }
  - { name: h2, address: 10.0.0.2 }
  - { name: h3, address: 10.0.0.3 }
`;
const V6 = HOSTS.replaceAll("10.0.0.", "fd00::");

function layoutFrom(text: string) {
  const loaded = loadCluster(text, "cluster.yml");
  if (loaded.kind !== "ok") throw new Error(loaded.problems.map(({ message }) => message).join());
  return layoutOf(loaded.cluster);
}

function filesOf(text: string, runbooks?: string): ReadonlyMap<string, string> {
  const layout = layoutFrom(text);
  const input = { layout, secrets: handmadeSecrets, site: handmadeSite(layout, "/nowhere"), runbooks };
  const files = observabilityRenderers.flatMap((one) => one.files(input));
  return new Map(files.map((file) => [file.path, file.text]));
}

test("agents that listen for their own host only are asked by nobody else: rules, and no job", () => {
  expect([...filesOf(HOSTS).keys()].sort()).toEqual([
    "monitoring/alertmanager.yml",
    "monitoring/baton.rules.yml",
    "monitoring/grafana.json",
  ]);
  expect([...filesOf(`${HOSTS}agent: { listen: host }\n`).keys()].sort()).toEqual([
    "monitoring/alertmanager.yml",
    "monitoring/baton.rules.yml",
    "monitoring/grafana.json",
    "monitoring/prometheus.yml",
    "monitoring/redis-exporter.yml",
  ]);
});

test("rules and dashboard are the same for every cluster", () => {
  const other = HOSTS.replace("shop", "other").replaceAll("10.0.0.", "10.9.9.");
  for (const path of ["monitoring/baton.rules.yml", "monitoring/grafana.json"])
    expect(filesOf(other).get(path)).toBe(filesOf(HOSTS).get(path));
});

test("an IPv6 address stands in brackets, and nodes that speak TLS are asked in it", () => {
  const tls = "tls: { authority: a.pem, certificate: c.pem, key: k.pem }";
  const layout = layoutFrom(`${V6}agent: { listen: host }\n${tls}\n`);
  const config = parse(scrapeConfig(layout, { redisExporter: "127.0.0.1:9121" })) as {
    scrape_configs: { static_configs: { targets: string[]; labels: Record<string, string> }[] }[];
  };
  const [agents, nodes] = config.scrape_configs;
  expect(agents?.static_configs[0]).toEqual({
    targets: ["[fd00::1]:8377"],
    labels: { cluster: "shop", host: "h1" },
  });
  expect(nodes?.static_configs[0]).toEqual({
    targets: ["rediss://[fd00::1]:6379"],
    labels: { cluster: "shop", group: "main", node: "h1", host: "h1" },
  });
});

interface Placed {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
}

test("the panels of the dashboard lie side by side, none over another, and none beside the page", () => {
  const { panels } = dashboard() as { readonly panels: readonly Placed[] };
  expect(panels.length).toBeGreaterThan(30);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { title, gridPos } of panels) {
    const { h, w, x, y } = gridPos;
    expect(x + w, title).toBeLessThanOrEqual(24);
    for (let row = y; row < y + h; row += 1)
      for (let column = x; column < x + w; column += 1) {
        expect(taken.has(`${row}:${column}`), `${title} lies over another`).toBe(false);
        taken.add(`${row}:${column}`);
      }
  }
});

test("every query asks for metrics that there are, of the clusters and groups that were chosen", () => {
  const recorded = new Set(recordings.map(({ record }) => record));
  for (const { panel, expr } of dashboardQueries()) {
    expect(expr, panel).toContain('cluster=~"$cluster"');
    const found = expr.matchAll(/\b((?:agent|group):[\w:]+|baton_\w+|process_\w+)/g);
    const names = [...found].map(([name]) => name.replace(/_bucket$/, ""));
    expect(
      names.filter((name) => !(name in METRICS) && !recorded.has(name)),
      panel,
    ).toEqual([]);
  }
});

// What Prometheus gets: rules, which are the same for every cluster, and where the agents of this one are.
import { stringify } from "yaml";
import { type RuleOptions, rulesOf } from "../../alerts/rules.ts";
import type { AgentPlan, Endpoint, Layout } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";

const RULES = "baton.rules.yml";
const EVERY_SECONDS = 5;
/** Where redis_exporter listens beside Prometheus. */
const EXPORTER = "127.0.0.1:9121";

export interface ScrapeOptions {
  /** How often agents are asked and rules looked at, in seconds; 5 when left out. */
  readonly everySeconds?: number;
  /** ADDRESS:PORT of Alertmanagers; nobody is told of alerts when left out. */
  readonly alertmanagers?: readonly string[];
  /** ADDRESS:PORT of a redis_exporter that reaches all nodes; no node is asked through one when left out. */
  readonly redisExporter?: string;
}

const spelled = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** An agent that listens for its own host only is for a Prometheus on that host to ask. */
const isReachable = ({ address, httpAddress }: AgentPlan): boolean => address === httpAddress;

function agentJob({ cluster, agents }: Layout): object {
  const targets = agents.filter(isReachable).map(({ id, httpAddress, port }) => ({
    targets: [spelled(httpAddress, port)],
    labels: { cluster: cluster.name, host: id },
  }));
  return { job_name: "baton", static_configs: targets };
}

/** Each node with the labels that Baton's own metrics have: both are joined on them, and on no address. */
function exporterJob({ cluster, groups }: Layout, exporter: string): object {
  const scheme = cluster.tls?.redis === true ? "rediss" : "redis";
  const url = ({ address, port }: Endpoint): string => `${scheme}://${spelled(address, port)}`;
  return {
    job_name: "redis",
    metrics_path: "/scrape",
    static_configs: groups.flatMap(({ name, nodes }) =>
      nodes.map((node) => ({
        targets: [url(node)],
        labels: { cluster: cluster.name, group: name, node: node.id, host: node.host },
      })),
    ),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__param_target"], target_label: "instance" },
      { target_label: "__address__", replacement: exporter },
    ],
  };
}

/** A prometheus.yml that works as it is, and from which the job can be taken. */
export function scrapeConfig(layout: Layout, options: ScrapeOptions = {}): string {
  const { everySeconds = EVERY_SECONDS, alertmanagers, redisExporter } = options;
  const every = `${everySeconds}s`;
  const jobs = [agentJob(layout)];
  if (redisExporter !== undefined) jobs.push(exporterJob(layout, redisExporter));
  const config = {
    global: { scrape_interval: every, evaluation_interval: every },
    rule_files: [RULES],
    ...(alertmanagers && {
      alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers }] }] },
    }),
    scrape_configs: jobs,
  };
  return stringify(config, { lineWidth: 0 });
}

export const rulesText = (options: RuleOptions = {}): string =>
  stringify(rulesOf(options), { lineWidth: 0 });

function file(path: string, head: string, text: string): RenderedFile {
  return {
    host: undefined,
    path: `monitoring/${path}`,
    readers: "everybody",
    text: `# Written by Baton. ${head}\n${text}`,
  };
}

const RULES_HEAD = "Loaded once it serves any number of clusters.";
const SCRAPE_HEAD =
  "Works as it is; where there is a prometheus.yml already, the job belongs into it.\n" +
  "# Alertmanagers are to be named in a section `alerting`.";
const EXPORTER_HEAD =
  "A further job for prometheus.yml, for who has redis_exporter: its metrics get\n" +
  "# the labels cluster, group, node and host, on which the dashboard joins them with Baton's. At the end\n" +
  "# the address of an exporter that reaches every node and has the password.";

function filesOf(layout: Layout, runbooks: string | undefined): readonly RenderedFile[] {
  const rules = file(RULES, RULES_HEAD, rulesText({ runbooks }));
  if (!layout.agents.some(isReachable)) return [rules];
  const job = exporterJob(layout, EXPORTER);
  const exporter = stringify({ scrape_configs: [job] }, { lineWidth: 0 });
  return [
    rules,
    file("prometheus.yml", SCRAPE_HEAD, scrapeConfig(layout)),
    file("redis-exporter.yml", EXPORTER_HEAD, exporter),
  ];
}

export const prometheus: Renderer = {
  id: "prometheus",
  summary: "rules with all alerts for Prometheus, and where its agents are, if they listen for others.",
  files: ({ layout, runbooks }) => (layout.agents.length > 0 ? filesOf(layout, runbooks) : []),
};

// What Prometheus and Alertmanager need to watch the agents, for a machine that may reach them.
import { stringify } from "yaml";
import type { AgentPlan, Layout } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";

const HEAD = "# Written by Baton.";

const at = ({ httpAddress, port }: AgentPlan): string =>
  httpAddress.includes(":") ? `[${httpAddress}]:${port}` : `${httpAddress}:${port}`;

function prometheus({ cluster, agents }: Layout): RenderedFile {
  const groups = agents.map((agent) => ({
    targets: [at(agent)],
    labels: { cluster: cluster.name, host: agent.id },
  }));
  const config = {
    global: { scrape_interval: "5s", evaluation_interval: "5s" },
    scrape_configs: [{ job_name: "baton", static_configs: groups }],
  };
  const text = `${HEAD} The job belongs into the prometheus.yml that is there already.\n${stringify(config)}`;
  return { host: undefined, path: "monitoring/prometheus.yml", readers: "everybody", text };
}

/** One message a failover: alerts of one cluster and group belong together for as long as it takes. */
function alertmanager({ cluster }: Layout): RenderedFile {
  const config = {
    route: {
      receiver: "nobody",
      routes: [
        {
          receiver: "nobody",
          matchers: [`cluster="${cluster.name}"`],
          group_by: ["cluster", "group"],
          group_wait: "5s",
          group_interval: "1m",
          repeat_interval: "4h",
        },
      ],
    },
    receivers: [{ name: "nobody" }],
  };
  const text =
    `${HEAD} The route below belongs into the alertmanager.yml that is there already, with a receiver\n` +
    `# that somebody reads in the place of "nobody".\n${stringify(config)}`;
  return { host: undefined, path: "monitoring/alertmanager.yml", readers: "everybody", text };
}

export const monitoring: Renderer = {
  id: "monitoring",
  summary:
    "scrape configuration for Prometheus and a route for Alertmanager, where agents listen for others.",
  files: ({ layout }) =>
    layout.cluster.agentListen === "host" && layout.agents.length > 0
      ? [prometheus(layout), alertmanager(layout)]
      : [],
};

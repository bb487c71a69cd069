// What Grafana gets: one dashboard for all clusters, as JSON to import.
import type { Renderer } from "../renderer.ts";
import { dashboard } from "./dashboard/dashboard.ts";

export const grafana: Renderer = {
  id: "grafana",
  summary: "a dashboard for Grafana, the same for every cluster.",
  files({ layout }) {
    if (layout.agents.length === 0) return [];
    const text = `${JSON.stringify(dashboard(), undefined, 2)}\n`;
    return [{ host: undefined, path: "monitoring/grafana.json", readers: "everybody", text }];
  },
};

// What Prometheus, Alertmanager and Grafana need to watch the agents, in alphabetical order.
import type { Renderer } from "../renderer.ts";
import { alertmanager } from "./alertmanager.ts";
import { grafana } from "./grafana.ts";
import { prometheus } from "./prometheus.ts";

export const observabilityRenderers: readonly Renderer[] = [alertmanager, grafana, prometheus];

// The table of alerts, by family. Rules, the docs and their tests are made from it; a page in docs/runbooks/
// is called as each alert.
import type { Alert } from "./alert.ts";
import { agentAlerts } from "./families/agents.ts";
import { DRILL_AGE_SECONDS, drillAlerts } from "./families/drills.ts";
import { nodeAlerts } from "./families/nodes.ts";
import { primaryAlerts } from "./families/primary.ts";
import { replicaAlerts } from "./families/replicas.ts";
import { sentinelAlerts } from "./families/sentinels.ts";
import { targetAlerts } from "./families/targets.ts";

export function alertTable(drillAgeSeconds = DRILL_AGE_SECONDS): readonly Alert[] {
  return [
    ...primaryAlerts,
    ...sentinelAlerts,
    ...replicaAlerts,
    ...nodeAlerts,
    ...targetAlerts,
    ...drillAlerts(drillAgeSeconds),
    ...agentAlerts,
  ];
}

export const ALERTS: readonly Alert[] = alertTable();

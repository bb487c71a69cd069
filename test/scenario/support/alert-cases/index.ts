// All cases, by the family of their alerts: a file for promtool each.
import type { Family } from "../../../../packages/baton/src/alerts/alert.ts";
import type { AlertCase } from "../alert-tests.ts";
import { agentCases } from "./agents.ts";
import { drillCases } from "./drills.ts";
import { nodeCases } from "./nodes.ts";
import { primaryCases } from "./primary.ts";
import { replicaCases } from "./replicas.ts";
import { sentinelCases } from "./sentinels.ts";
import { targetCases } from "./targets.ts";

export const alertCases: Readonly<Record<Family, readonly AlertCase[]>> = {
  agents: agentCases,
  drills: drillCases,
  nodes: nodeCases,
  primary: primaryCases,
  replicas: replicaCases,
  sentinels: sentinelCases,
  targets: targetCases,
};

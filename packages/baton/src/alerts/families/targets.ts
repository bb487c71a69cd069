// Alerts on targets: whatever tells clients where the primary is tells the truth, and can be changed.
import { type Alert, GROUP } from "../alert.ts";

export const targetAlerts: readonly Alert[] = [
  {
    name: "BatonTargetElsewhere",
    family: "targets",
    severity: "critical",
    when: "a target leads elsewhere than to the primary",
    expr: () => "group:baton_target_follows:min == 0",
    forSeconds: 60,
    quietSeconds: 0,
    summary: `{{ $labels.target }} does not lead to the primary of ${GROUP}`,
    description:
      "The target {{ $labels.target }} ({{ $labels.kind }}) leads elsewhere than to the primary: clients " +
      "that follow it reach a replica, an old primary or nobody.",
  },
  {
    name: "BatonTargetFailing",
    family: "targets",
    severity: "warning",
    when: "the last update of a target could not be verified",
    expr: () => "group:baton_target_ok:min == 0",
    forSeconds: 120,
    quietSeconds: 0,
    summary: `{{ $labels.target }} of ${GROUP} cannot be updated`,
    description:
      "An agent could not verify its last update of the target {{ $labels.target }} ({{ $labels.kind " +
      "}}): it may not follow the next failover. `baton targets check` says why.",
  },
];

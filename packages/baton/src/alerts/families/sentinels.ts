// Alerts on those who decide: the Sentinels agree, enough of them are there, and failovers are rare.
import { type Alert, GROUP } from "../alert.ts";

export const sentinelAlerts: readonly Alert[] = [
  {
    name: "BatonSentinelsDisagree",
    family: "sentinels",
    severity: "critical",
    when: "Sentinels name different primaries, and most agents hear it",
    expr: () => 'max by (cluster, group) (group:baton_problem:ratio{code="sentinels-split"}) > 0.5',
    forSeconds: 15,
    quietSeconds: 0,
    summary: `${GROUP}: the Sentinels name different primaries`,
    description:
      "{{ humanizePercentage $value }} of the agents hear Sentinels that name different primaries. " +
      "Clients that ask the wrong one write to a node that is no primary.",
  },
  {
    name: "BatonQuorumLost",
    family: "sentinels",
    severity: "critical",
    when: "no agent hears enough Sentinels for a failover",
    expr: () => "group:baton_quorum_spare:max < 0",
    forSeconds: 15,
    quietSeconds: 0,
    summary: `${GROUP} cannot fail over: too few Sentinels`,
    description:
      "No agent hears a majority of the Sentinels. If the primary fails now, nobody takes its place; " +
      "agents hold what they have, and change nothing.",
  },
  {
    name: "BatonQuorumAtRisk",
    family: "sentinels",
    severity: "warning",
    when: "one Sentinel more that fails, and there is no failover any more",
    expr: () => "group:baton_quorum_spare:max == 0",
    forSeconds: 60,
    quietSeconds: 0,
    summary: `${GROUP}: one more Sentinel, and there is no failover`,
    description:
      "The number of Sentinels that may still fail is {{ $value }}: the next one leaves no majority, and " +
      "then nobody takes the place of a primary that fails.",
  },
  {
    name: "BatonSentinelTilt",
    family: "sentinels",
    severity: "warning",
    when: "a Sentinel was in TILT within two minutes",
    expr: (span) => `max_over_time(group:baton_sentinel_tilt:max[${span(120)}]) == 1`,
    forSeconds: 0,
    quietSeconds: 120,
    summary: "Sentinel {{ $labels.sentinel }} was in TILT",
    description:
      "The Sentinel on {{ $labels.sentinel }} stood still or its clock jumped, and it takes no part in " +
      `failovers of ${GROUP} for a while: its machine is overloaded, was suspended or moved.`,
  },
  {
    name: "BatonSentinelSilent",
    family: "sentinels",
    severity: "warning",
    when: "no agent hears a Sentinel",
    expr: () => "group:baton_sentinel_up:max == 0",
    forSeconds: 30,
    quietSeconds: 0,
    summary: "Sentinel {{ $labels.sentinel }} does not answer",
    description:
      `No agent hears the Sentinel on {{ $labels.sentinel }} speak of ${GROUP}. Each one that is missing ` +
      "brings the group closer to having no failover.",
  },
  {
    name: "BatonFailover",
    family: "sentinels",
    severity: "info",
    when: "the primary has moved within five minutes, and nobody had planned it",
    expr: (span) =>
      "group:baton_sentinel_epoch:max\n" +
      `> min_over_time(group:baton_sentinel_epoch:max[${span(300)}])`,
    forSeconds: 0,
    quietSeconds: 300,
    summary: `${GROUP} has failed over`,
    description:
      "The Sentinels are in epoch {{ $value }} now: the primary has moved. `baton history` tells how " +
      "long it took, and who said what when.",
  },
  {
    name: "BatonFailoversFlapping",
    family: "sentinels",
    severity: "warning",
    when: "the primary has moved three times within an hour, and nobody had planned it",
    expr: (span) =>
      "count_over_time(\n  (\n" +
      `    group:baton_sentinel_epoch:max > group:baton_sentinel_epoch:max offset ${span(60)}\n` +
      "    unless on (cluster, group)\n" +
      `    (max_over_time(group:baton_quiet:max[${span(120)}]) == 1)\n` +
      `  )[${span(3_600)}:${span(60)}]\n) > 2`,
    forSeconds: 0,
    quietSeconds: 0,
    summary: `${GROUP} fails over again and again`,
    description:
      "{{ $value }} failovers within an hour. Each may lose writes. Look for a primary that is " +
      "overloaded, a network that comes and goes, or a down-after that is too short.",
  },
];

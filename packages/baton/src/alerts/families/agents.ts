// Alerts on Baton itself: agents are there and look, run what the cluster file says, and can tell somebody.
import { type Alert, GROUP, HOST, OF_CLUSTER, said, STUCK_SECONDS } from "../alert.ts";

const DAY_SECONDS = 86_400;
const EXPIRES_SECONDS = 14 * DAY_SECONDS;
const EXPIRES_SOON_SECONDS = 2 * DAY_SECONDS;

const CERTIFICATE =
  "min by (cluster, host, instance, use) (baton_certificate_expiry_timestamp_seconds) - time()";

export const agentAlerts: readonly Alert[] = [
  {
    name: "BatonAgentSilent",
    family: "agents",
    severity: "warning",
    when: "Prometheus gets no answer from an agent, and gets one from another",
    expr: () =>
      'max by (cluster, host, instance) (up{job="baton"}) == 0\n' +
      'unless on (cluster) (max by (cluster) (up{job="baton"}) == 0)',
    forSeconds: 60,
    quietSeconds: undefined,
    summary: `The agent of ${HOST}${OF_CLUSTER} does not answer`,
    description:
      "Prometheus gets no metrics from {{ $labels.instance }}. The targets and routers of its host " +
      "follow no failover while it is gone; the other agents do.",
  },
  {
    name: "BatonAgentsSilent",
    family: "agents",
    severity: "critical",
    when: "Prometheus gets no answer from any agent of a cluster",
    expr: () => 'max by (cluster) (up{job="baton"}) == 0',
    forSeconds: 30,
    quietSeconds: undefined,
    summary: `No agent${OF_CLUSTER} answers`,
    description:
      "Prometheus gets metrics from {{ $value }} agents. The Sentinels go on without, but no target and " +
      "no router follows if none runs, and no other alert can fire.",
  },
  {
    name: "BatonAgentStuck",
    family: "agents",
    severity: "critical",
    when: `an agent answers, and has not looked at a group for ${STUCK_SECONDS} s`,
    expr: () => `max by (cluster, host, instance) (baton_decision_age_seconds) > ${STUCK_SECONDS}`,
    forSeconds: 15,
    quietSeconds: undefined,
    summary: `The agent of ${HOST}${OF_CLUSTER} is stuck`,
    description:
      "The agent of {{ $labels.instance }} has not looked at its groups for {{ humanizeDuration $value " +
      "}}: the routers and targets of its host follow nothing.",
  },
  {
    name: "BatonCertificateExpires",
    family: "agents",
    severity: "warning",
    when: "a certificate that an agent uses ends within 14 days",
    expr: () => `${CERTIFICATE} < ${EXPIRES_SECONDS}\nand ${CERTIFICATE} >= ${EXPIRES_SOON_SECONDS}`,
    forSeconds: 0,
    quietSeconds: undefined,
    summary: `A certificate of ${HOST}${OF_CLUSTER} ends soon`,
    description:
      "The certificate that {{ $labels.instance }} uses ({{ $labels.use }}) ends in {{ humanizeDuration " +
      "$value }}. After that nothing that speaks TLS with it connects.",
  },
  {
    name: "BatonCertificateExpiresSoon",
    family: "agents",
    severity: "critical",
    when: "a certificate that an agent uses ends within 2 days, or has ended",
    expr: () => `${CERTIFICATE} < ${EXPIRES_SOON_SECONDS}`,
    forSeconds: 0,
    quietSeconds: undefined,
    summary: `A certificate of ${HOST}${OF_CLUSTER} ends within two days`,
    description:
      "The certificate that {{ $labels.instance }} uses ({{ $labels.use }}) {{ if lt $value 0.0 }}has " +
      "ended: new connections fail{{ else }}ends in {{ humanizeDuration $value }}{{ end }}.",
  },
  {
    name: "BatonDrift",
    family: "agents",
    severity: "warning",
    when: "a Sentinel or a node runs with other settings than the cluster file asks for",
    expr: () => `max by (cluster, group, process) ${said("baton_settings_differ")} == 1`,
    forSeconds: 300,
    quietSeconds: 0,
    summary: `{{ $labels.process }} of ${GROUP} runs with other settings`,
    description:
      "{{ $labels.process }} runs with other settings than the cluster file asks for: somebody changed " +
      "them by hand, or a deployment is not finished. `baton doctor --live` says which.",
  },
  {
    name: "BatonNoticesFailing",
    family: "agents",
    severity: "warning",
    when: "messages to a channel have failed within a quarter of an hour",
    // The first failure of a process is its first sample, too, and a rate sees nothing before it.
    expr: (span) =>
      "sum by (cluster, channel) (\n" +
      `  increase(baton_notices_total{outcome="failed"}[${span(900)}])\n) > 0\nor\n` +
      'sum by (cluster, channel) (\n  baton_notices_total{outcome="failed"}\n' +
      `  unless baton_notices_total{outcome="failed"} offset ${span(900)}\n) > 0`,
    forSeconds: 0,
    quietSeconds: undefined,
    summary: `Messages to {{ $labels.channel }}${OF_CLUSTER} do not arrive`,
    description:
      "{{ printf `%.0f` $value }} messages to {{ $labels.channel }} have failed within a quarter of an " +
      "hour: whoever reads there hears nothing. `baton notify test` says why.",
  },
];

// When the alerts on Baton itself fire, and when they do not.
import type { AlertCase } from "../alert-tests.ts";

const DAY_SECONDS = 86_400;
const CERTIFICATE = "baton_certificate_expiry_timestamp_seconds";
const FAILED =
  "2 messages to ops have failed within a quarter of an hour: whoever reads there hears nothing. " +
  "`baton notify test` says why.";
const H1 = { host: "h1", instance: "h1:8377" };

export const agentCases: readonly AlertCase[] = [
  {
    alert: "BatonAgentSilent",
    shows: "one of three agents does not answer",
    isOfCluster: true,
    needsAll: true,
    world: [["up", { host: "h1" }, 0]],
    fires: {
      labels: H1,
      summary: "The agent of h1 of east does not answer",
      description:
        "Prometheus gets no metrics from h1:8377. The targets and routers of its host follow no failover " +
        "while it is gone; the other agents do.",
    },
  },
  {
    alert: "BatonAgentSilent",
    shows: "none of three answers, which is another alert",
    isOfCluster: true,
    world: [["up", {}, 0]],
  },
  {
    alert: "BatonAgentSilent",
    shows: "an agent is restarted",
    isOfCluster: true,
    world: [
      [
        "up",
        { host: "h1" },
        [
          [1, 30],
          [0, 30],
          [1, 5],
        ],
      ],
    ],
    atSeconds: 70,
  },
  {
    alert: "BatonAgentsSilent",
    shows: "no agent of the cluster answers",
    isOfCluster: true,
    world: [["up", {}, 0]],
    fires: {
      summary: "No agent of east answers",
      description:
        "Prometheus gets metrics from 0 agents. The Sentinels go on without, but no target and no router " +
        "follows if none runs, and no other alert can fire.",
    },
  },
  {
    alert: "BatonAgentsSilent",
    shows: "one of three agents is left",
    isOfCluster: true,
    world: [
      ["up", { host: "h1" }, 0],
      ["up", { host: "h3" }, 0],
    ],
  },
  {
    alert: "BatonAgentStuck",
    shows: "an agent answers, and has not looked for half a minute",
    isOfCluster: true,
    world: [["baton_decision_age_seconds", { host: "h1" }, 30]],
    fires: {
      labels: H1,
      summary: "The agent of h1 of east is stuck",
      description:
        "The agent of h1:8377 has not looked at its groups for 30s: the routers and targets of its host " +
        "follow nothing.",
    },
  },
  {
    alert: "BatonAgentStuck",
    shows: "an agent is slow",
    isOfCluster: true,
    world: [["baton_decision_age_seconds", { host: "h1" }, 2]],
  },
  {
    alert: "BatonCertificateExpires",
    shows: "a certificate ends in thirteen days",
    isOfCluster: true,
    world: [[CERTIFICATE, { host: "h1" }, 13 * DAY_SECONDS + 60]],
    fires: {
      labels: { ...H1, use: "redis" },
      summary: "A certificate of h1 of east ends soon",
      description:
        "The certificate that h1:8377 uses (redis) ends in 13d 0h 0m 0s. After that nothing that speaks " +
        "TLS with it connects.",
    },
  },
  {
    alert: "BatonCertificateExpires",
    shows: "it ends in fifteen days",
    isOfCluster: true,
    world: [[CERTIFICATE, { host: "h1" }, 15 * DAY_SECONDS]],
  },
  {
    alert: "BatonCertificateExpires",
    shows: "it ends tomorrow, which is another alert",
    isOfCluster: true,
    world: [[CERTIFICATE, { host: "h1" }, DAY_SECONDS]],
  },
  {
    alert: "BatonCertificateExpiresSoon",
    shows: "a certificate ends tomorrow",
    isOfCluster: true,
    world: [[CERTIFICATE, { host: "h1" }, DAY_SECONDS + 60]],
    fires: {
      labels: { ...H1, use: "redis" },
      summary: "A certificate of h1 of east ends within two days",
      description: "The certificate that h1:8377 uses (redis) ends in 1d 0h 0m 0s.",
    },
  },
  {
    alert: "BatonCertificateExpiresSoon",
    shows: "a certificate has ended",
    isOfCluster: true,
    world: [[CERTIFICATE, { host: "h1" }, -10]],
    fires: {
      labels: { ...H1, use: "redis" },
      summary: "A certificate of h1 of east ends within two days",
      description: "The certificate that h1:8377 uses (redis) has ended: new connections fail.",
    },
  },
  {
    alert: "BatonCertificateExpiresSoon",
    shows: "it ends in three days",
    isOfCluster: true,
    world: [[CERTIFICATE, { host: "h1" }, 3 * DAY_SECONDS]],
  },
  {
    alert: "BatonDrift",
    shows: "a Sentinel runs with other settings, as one agent sees it",
    world: [["baton_settings_differ", { process: "sentinel s1", host: "h1" }, 1]],
    fires: {
      labels: { process: "sentinel s1" },
      summary: "sentinel s1 of main of east runs with other settings",
      description:
        "sentinel s1 runs with other settings than the cluster file asks for: somebody changed them by " +
        "hand, or a deployment is not finished. `baton doctor --live` says which.",
    },
  },
  {
    alert: "BatonDrift",
    shows: "a deployment changes settings for a minute",
    world: [
      [
        "baton_settings_differ",
        { process: "sentinel s1" },
        [
          [0, 30],
          [1, 60],
          [0, 5],
        ],
      ],
    ],
    atSeconds: 400,
  },
  {
    alert: "BatonNoticesFailing",
    shows: "two messages to a channel have failed",
    isOfCluster: true,
    needsAll: true,
    world: [
      [
        "baton_notices_total",
        { outcome: "failed", host: "h3" },
        [
          [0, 60],
          [1, 60],
          [2, 5],
        ],
      ],
    ],
    atSeconds: 900,
    fires: {
      labels: { channel: "ops" },
      summary: "Messages to ops of east do not arrive",
      description: FAILED,
    },
  },
  {
    alert: "BatonNoticesFailing",
    shows: "the first message of all has failed, and only since then there is a count",
    isOfCluster: true,
    needsAll: true,
    world: [
      ["baton_notices_total", { outcome: "failed" }, [["gone", 60]]],
      [
        "baton_notices_total",
        { outcome: "failed", host: "h1" },
        [
          ["gone", 300],
          [1, 60],
        ],
      ],
    ],
    atSeconds: 900,
    fires: {
      labels: { channel: "ops" },
      summary: "Messages to ops of east do not arrive",
      description: FAILED.replace("2 messages", "1 messages"),
    },
  },
  {
    alert: "BatonNoticesFailing",
    shows: "messages have arrived, and one has failed an hour ago",
    isOfCluster: true,
    world: [
      [
        "baton_notices_total",
        { outcome: "sent" },
        [
          [5, 60],
          [9, 5],
        ],
      ],
      ["baton_notices_total", { outcome: "failed" }, 1],
    ],
    atSeconds: 900,
  },
];

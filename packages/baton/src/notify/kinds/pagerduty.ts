// PagerDuty: an alert of a service by Events API v2, triggered and resolved under one key.
import { z } from "zod";
import { secret } from "../../cluster/schema-values.ts";
import { BatonError } from "../../errors.ts";
import type { Channel, ChannelKind, ChannelSurroundings, Message } from "../channel.ts";
import { openChannelApi, PER_SECOND } from "../http.ts";
import { plainLine } from "../notice.ts";
import { baseUrl, timeout } from "./common.ts";

const settings = z.strictObject({
  routingKey: secret(
    "PAGERDUTY_ROUTING_KEY",
    "The integration key of a service's Events API v2 integration.",
  ),
  endpoint: baseUrl("https://events.pagerduty.com").meta({
    description: "https://events.eu.pagerduty.com for accounts in Europe.",
  }),
  timeout: timeout(),
});
type Settings = z.output<typeof settings>;

const KEY_CHARACTERS = 32;
const SUMMARY_CHARACTERS_MAX = 1_024;
const SEVERITIES = { error: "critical", warning: "warning", info: "info" } as const;

const accepted = z.object({ status: z.literal("success"), dedup_key: z.string().max(300) });

function eventOf({ notice }: Message, cluster: string, action: "trigger" | "resolve") {
  const { id, group, kind, severity, title, lines, startedAt } = notice;
  const event = { event_action: action, dedup_key: `baton/${cluster}/${group}/${id}` };
  if (action === "resolve") return event;
  return {
    ...event,
    client: "Baton",
    payload: {
      summary: plainLine(title, SUMMARY_CHARACTERS_MAX),
      source: `${cluster}/${group}`,
      severity: SEVERITIES[severity],
      timestamp: startedAt,
      component: "redis",
      group,
      class: kind,
      custom_details: { lines: [...lines], since: startedAt },
    },
  };
}

const ACTIONS = {
  open: ["trigger"],
  update: ["trigger"],
  renew: [],
  close: ["resolve"],
  once: ["trigger", "resolve"],
} as const satisfies Record<Message["as"], readonly ("trigger" | "resolve")[]>;

async function open(
  { routingKey, endpoint, timeout: deadlineMs }: Settings,
  { name, cluster, readSecret, pacerOf }: ChannelSurroundings,
): Promise<Channel> {
  const key = await readSecret(`of channel ${name}`, routingKey);
  if (key.length !== KEY_CHARACTERS) {
    const found = `has ${key.length} characters, expected ${KEY_CHARACTERS}`;
    throw new BatonError("SECRET", `the routing key of channel ${name} ${found}`);
  }
  const api = openChannelApi({
    vendor: "PagerDuty",
    base: endpoint,
    pacer: pacerOf(`pagerduty ${endpoint}`, PER_SECOND * 2),
    secrets: [key],
  });
  return {
    deadlineMs,
    async send(message, signal) {
      for (const action of ACTIONS[message.as]) {
        const body = { routing_key: key, ...eventOf(message, cluster, action) };
        await api.ask({ method: "POST", path: "/v2/enqueue", body, reply: accepted }, signal);
      }
      return undefined;
    },
    close: () => api.close(),
  };
}

export const pagerduty: ChannelKind<Settings> = {
  id: "pagerduty",
  summary: "triggers and resolves an alert of a PagerDuty service",
  tier: "schema",
  facts: {
    shown: "one alert for a notice; updates are events of it, the end resolves it",
    twice: "is the same alert: it has the same `dedup_key`",
    credential:
      "the integration key of a service: Services, your service, Integrations, Add an integration, " +
      "Events API V2",
  },
  updates: () => true,
  settings,
  open,
};

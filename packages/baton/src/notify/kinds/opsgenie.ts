// Opsgenie, and what speaks its Alert API (Jira Service Management): an alert by its alias, with notes.
import { z } from "zod";
import { secret } from "../../cluster/schema-values.ts";
import type { Channel, ChannelKind, ChannelSurroundings, Message } from "../channel.ts";
import { type ChannelApi, openChannelApi, PER_SECOND } from "../http.ts";
import { plainLine, textOf } from "../notice.ts";
import { baseUrl, timeout } from "./common.ts";

const settings = z.strictObject({
  key: secret("OPSGENIE_API_KEY", "The key of an API integration."),
  endpoint: baseUrl("https://api.opsgenie.com").meta({
    description:
      "https://api.eu.opsgenie.com in Europe; https://api.atlassian.com/jsm/ops/integration for Jira " +
      "Service Management.",
  }),
  tags: z
    .array(z.string().min(1).max(50))
    .max(18)
    .default([])
    .meta({ description: "Further tags of every alert, beside `baton` and the cluster's name." }),
  timeout: timeout(),
});
type Settings = z.output<typeof settings>;

const MESSAGE_CHARACTERS_MAX = 130;
const PRIORITIES = { error: "P1", warning: "P3", info: "P5" } as const;

const accepted = z.object({ result: z.string(), requestId: z.string().max(200) });

interface Alerting {
  readonly api: ChannelApi;
  readonly cluster: string;
  readonly host: string;
  readonly tags: readonly string[];
}

const aliasOf = ({ notice }: Message, cluster: string): string =>
  `baton/${cluster}/${notice.group}/${notice.id}`;

async function create(
  { api, cluster, host, tags }: Alerting,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  const { notice } = message;
  const body = {
    message: plainLine(notice.title, MESSAGE_CHARACTERS_MAX),
    alias: aliasOf(message, cluster),
    description: textOf(notice),
    entity: `${cluster}/${notice.group}`,
    source: `baton ${host}`,
    priority: PRIORITIES[notice.severity],
    tags: ["baton", plainLine(cluster, 50), ...tags],
    details: { kind: notice.kind, since: notice.startedAt },
  };
  await api.ask({ method: "POST", path: "/v2/alerts", body, reply: accepted }, signal);
}

async function act(
  { api, cluster, host }: Alerting,
  action: "notes" | "close",
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  const alias = encodeURIComponent(aliasOf(message, cluster));
  const path = `/v2/alerts/${alias}/${action}?identifierType=alias`;
  const body = { note: textOf(message.notice), source: `baton ${host}` };
  await api.ask({ method: "POST", path, body, reply: accepted }, signal);
}

async function send(alerting: Alerting, message: Message, signal: AbortSignal): Promise<void> {
  switch (message.as) {
    case "renew":
      return;
    case "open":
      return await create(alerting, message, signal);
    case "update":
      return await act(alerting, "notes", message, signal);
    case "close":
      return await act(alerting, "close", message, signal);
    case "once":
      await create(alerting, message, signal);
      await act(alerting, "close", message, signal);
  }
}

async function open(
  { key: reference, endpoint, tags, timeout: deadlineMs }: Settings,
  { name, cluster, host, readSecret, pacerOf }: ChannelSurroundings,
): Promise<Channel> {
  const key = await readSecret(`of channel ${name}`, reference);
  const api = openChannelApi({
    vendor: "Opsgenie",
    base: endpoint,
    pacer: pacerOf(`opsgenie ${endpoint}`, PER_SECOND * 2),
    secrets: [key],
    sign: () => ({ authorization: `GenieKey ${key}` }),
  });
  const alerting: Alerting = { api, cluster, host, tags };
  return {
    deadlineMs,
    async send(message, signal) {
      await send(alerting, message, signal);
      return undefined;
    },
    close: () => api.close(),
  };
}

export const opsgenie: ChannelKind<Settings> = {
  id: "opsgenie",
  summary: "creates an alert, adds notes to it and closes it, by Opsgenie's Alert API",
  tier: "schema",
  facts: {
    shown: "one alert for a notice; updates are notes of it, the end closes it",
    twice: "is counted by the same alert: it has the same alias; a note may stand there twice",
    credential: "the key of an API integration: Settings, Integrations, Add integration, API",
  },
  updates: () => true,
  settings,
  open,
};

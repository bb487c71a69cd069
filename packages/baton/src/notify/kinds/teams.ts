// Microsoft Teams: an Adaptive Card by the webhook of a workflow.
import { z } from "zod";
import { secret } from "../../cluster/schema-values.ts";
import type { Channel, ChannelKind, ChannelSurroundings, Message } from "../channel.ts";
import { openChannelApi, PER_SECOND, secretUrl } from "../http.ts";
import { stateWords } from "../notice.ts";
import { timeout } from "./common.ts";

const settings = z.strictObject({
  url: secret("TEAMS_WEBHOOK_URL", "The address of the workflow's webhook, which is a secret."),
  timeout: timeout(),
});
type Settings = z.output<typeof settings>;

const COLOURS = { error: "attention", warning: "warning", info: "accent" } as const;

const block = (text: string, more: Readonly<Record<string, unknown>> = {}) => ({
  type: "TextBlock",
  text: escaped(text),
  wrap: true,
  ...more,
});

/** A card's text is read as Markdown. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_[\]<>#~|]/g, "\\$&");

function cardOf({ notice, as }: Message) {
  const { state, severity, title, lines, startedAt, endedAt } = notice;
  const isOver = state === "closed";
  const color = isOver && as !== "once" ? "good" : COLOURS[severity];
  const when = endedAt === null ? `since ${startedAt}` : `${startedAt} to ${endedAt}`;
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(title, { size: "medium", weight: "bolder", color }),
      block(`${stateWords(notice)}; ${when}`, { isSubtle: true, spacing: "none" }),
      ...lines.map((line) => block(line, { spacing: "small" })),
    ],
  };
}

async function open(
  { url: reference, timeout: deadlineMs }: Settings,
  { name, readSecret, pacerOf }: ChannelSurroundings,
): Promise<Channel> {
  const what = `of channel ${name}`;
  const { origin, path, secrets } = secretUrl(what, await readSecret(what, reference));
  const api = openChannelApi({
    vendor: "Teams",
    base: origin,
    pacer: pacerOf(`teams ${name}`, PER_SECOND),
    secrets,
  });
  return {
    deadlineMs,
    async send(message, signal) {
      const contentType = "application/vnd.microsoft.card.adaptive";
      const content = cardOf(message);
      const body = { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
      if (message.as !== "renew") await api.ask({ method: "POST", path, body }, signal);
      return undefined;
    },
    close: () => api.close(),
  };
}

export const teams: ChannelKind<Settings> = {
  id: "teams",
  summary: "posts an Adaptive Card to a channel or chat of Microsoft Teams by a workflow",
  tier: "schema",
  facts: {
    shown: "one card when it opens, one when it gets worse, one when it is over: none can be changed",
    twice: "is a second card",
    credential:
      "the address that the workflow template `Send webhook alerts to a channel` shows at its end: the " +
      "channel's ..., Workflows",
  },
  updates: () => false,
  settings,
  open,
};

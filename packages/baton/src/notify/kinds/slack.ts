// Slack: a message with a thread by a bot's token, or messages by an incoming webhook.
import { z } from "zod";
import { optionalSecret } from "../../cluster/schema-values.ts";
import type { ChannelKind } from "../channel.ts";
import { openSlackBot } from "../slack-bot.ts";
import { openSlackWebhook } from "../slack-webhook.ts";
import { baseUrl, timeout } from "./common.ts";

const settings = z
  .strictObject({
    token: optionalSecret("A bot token, xoxb-...; with `channel`."),
    channel: z
      .string()
      .regex(/^(#[^\s#]{1,80}|[CGD][A-Z0-9]{5,20})$/, {
        error: "Expected a channel's id such as C0123456789, or #name",
      })
      .optional()
      .meta({ description: "The channel's id, or #name. The bot has to be a member of it." }),
    webhook: optionalSecret(
      "Instead of a token: the address of an incoming webhook. It cannot change what was posted.",
    ),
    endpoint: baseUrl("https://slack.com").meta({ description: "Another for GovSlack." }),
    timeout: timeout(),
  })
  .refine(
    ({ token, channel, webhook }) =>
      (token === undefined) === (channel === undefined) &&
      (token === undefined) !== (webhook === undefined),
    {
      path: ["token"],
      error: "Expected token and channel, or webhook, and not both",
    },
  );
type Settings = z.output<typeof settings>;

export const slack: ChannelKind<Settings> = {
  id: "slack",
  summary:
    "posts a message to a channel of Slack; with a bot's token it is kept up to date, with a thread",
  tier: "schema",
  facts: {
    shown:
      "one message that shows how it stands, what is new in its thread; by a webhook one when it opens, " +
      "one when it gets worse, one when it is over",
    twice: "is a second message; only one of them is kept up to date",
    credential:
      "api.slack.com/apps, Create New App; OAuth & Permissions, the bot scope `chat:write`, Install, and " +
      "the token xoxb-...; or Incoming Webhooks",
  },
  updates: ({ webhook }) => webhook === undefined,
  settings,
  open: ({ token, channel, webhook, endpoint, timeout: deadlineMs }, surroundings) =>
    token !== undefined && channel !== undefined
      ? openSlackBot({ token, channel, endpoint, deadlineMs }, surroundings)
      : openSlackWebhook({ webhook, deadlineMs }, surroundings),
};

// Slack by an incoming webhook: it posts, and can change nothing afterwards.
import type { SecretReference } from "../cluster/types.ts";
import { assert } from "../errors.ts";
import type { Channel, ChannelSurroundings } from "./channel.ts";
import { openChannelApi, PER_SECOND, secretUrl } from "./http.ts";
import { slackMessage } from "./slack-words.ts";

export interface SlackWebhookSettings {
  readonly webhook: SecretReference | undefined;
  readonly deadlineMs: number;
}

export async function openSlackWebhook(
  { webhook, deadlineMs }: SlackWebhookSettings,
  { name, readSecret, pacerOf }: ChannelSurroundings,
): Promise<Channel> {
  assert(webhook !== undefined, "the table of the kind wants one of both");
  const what = `of channel ${name}`;
  const { origin, path, secrets } = secretUrl(what, await readSecret(what, webhook));
  const api = openChannelApi({
    vendor: "Slack",
    base: origin,
    pacer: pacerOf(`slack ${name}`, PER_SECOND),
    secrets,
  });
  return {
    deadlineMs,
    async send({ as, notice }, signal) {
      if (as !== "renew") await api.ask({ method: "POST", path, body: slackMessage(notice) }, signal);
      return undefined;
    },
    close: () => api.close(),
  };
}

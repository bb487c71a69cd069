// Discord: a message by a channel's webhook, which edits what it has posted.
import { z } from "zod";
import { secret } from "../../cluster/schema-values.ts";
import { ApiRefusal } from "../../targets/api/refusal.ts";
import type { Channel, ChannelKind, ChannelSurroundings, Message, Reference } from "../channel.ts";
import { type ChannelApi, openChannelApi, PER_SECOND, type SecretUrl, secretUrl } from "../http.ts";
import { type Notice, plainLine, stateWords } from "../notice.ts";
import { timeout } from "./common.ts";

const settings = z.strictObject({
  url: secret(
    "DISCORD_WEBHOOK_URL",
    "The webhook's address, https://discord.com/api/webhooks/ID/TOKEN, which is a secret.",
  ),
  timeout: timeout(),
});
type Settings = z.output<typeof settings>;

const COLOURS = { error: 0xc0392b, warning: 0xe67e22, info: 0x3498db } as const;
const OVER = 0x27ae60;
const TITLE_CHARACTERS_MAX = 256;
const DESCRIPTION_CHARACTERS_MAX = 4_096;

const posted = z.object({ id: z.string().regex(/^\d{1,30}$/) });

/** What Discord would read as formatting, or as somebody to call. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_~|>[\]@#<]/g, "\\$&");

function payloadOf(notice: Notice) {
  const { title, lines, severity, state, startedAt } = notice;
  const description = lines.map((line) => `- ${escaped(line)}`).join("\n");
  const embed = {
    title: plainLine(title, TITLE_CHARACTERS_MAX),
    description: description.slice(0, DESCRIPTION_CHARACTERS_MAX),
    color: state === "closed" ? OVER : COLOURS[severity],
    timestamp: startedAt,
    footer: { text: stateWords(notice) },
  };
  return { embeds: [embed], allowed_mentions: { parse: [] } };
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof ApiRefusal && isUnknownMessage(error.cause);

/** 10008: somebody has deleted it. */
const isUnknownMessage = ({ status, body }: ApiRefusal): boolean =>
  status === 404 && /"code": ?10008\b/.test(body);

interface Posting {
  readonly api: ChannelApi;
  readonly url: SecretUrl;
}

async function post({ api, url }: Posting, notice: Notice, signal: AbortSignal): Promise<Reference> {
  const body = payloadOf(notice);
  const path = `${url.path}?wait=true`;
  const answer = await api.ask({ method: "POST", path, body, reply: posted }, signal);
  return { message: answer.body.id };
}

async function send(
  posting: Posting,
  { as, notice, reference }: Message,
  signal: AbortSignal,
): Promise<Reference | undefined> {
  const message = reference?.["message"];
  if (as === "renew") return undefined;
  // What is back, or begins, is a message of its own: nobody is called by one that was edited.
  if (as === "open" || as === "once" || message === undefined)
    return await post(posting, notice, signal);
  const path = `${posting.url.path}/messages/${message}`;
  try {
    await posting.api.ask({ method: "PATCH", path, body: payloadOf(notice), reply: posted }, signal);
    return undefined;
  } catch (error) {
    if (isGone(error)) return await post(posting, notice, signal);
    throw error;
  }
}

async function open(
  { url: reference, timeout: deadlineMs }: Settings,
  { name, readSecret, pacerOf }: ChannelSurroundings,
): Promise<Channel> {
  const what = `of channel ${name}`;
  const url = secretUrl(what, await readSecret(what, reference));
  const { origin: base, secrets } = url;
  const pacer = pacerOf(`discord ${name}`, PER_SECOND);
  const resetMs = (header: (name: string) => string | undefined) =>
    Number(header("x-ratelimit-reset-after") ?? Number.NaN) * 1_000;
  const api = openChannelApi({ vendor: "Discord", base, pacer, secrets, resetMs });
  return {
    deadlineMs,
    send: (message, signal) => send({ api, url }, message, signal),
    close: () => api.close(),
  };
}

export const discord: ChannelKind<Settings> = {
  id: "discord",
  summary: "posts a message to a channel of Discord, and edits it",
  tier: "schema",
  facts: {
    shown: "one message that is brought up to date in its place; nobody is called by an edit",
    twice: "is a second message; only one of them is kept up to date",
    credential: "the channel's settings, Integrations, Webhooks, New Webhook, Copy Webhook URL",
  },
  updates: () => true,
  settings,
  open,
};

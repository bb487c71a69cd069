// Slack by a bot's token: the message that opens a notice shows how it stands, what is new stands in its
// thread.
import { z } from "zod";
import type { SecretReference } from "../cluster/types.ts";
import {
  type Channel,
  type ChannelSurroundings,
  type Message,
  type Reference,
  Undeliverable,
} from "./channel.ts";
import { type ChannelApi, openChannelApi, PER_SECOND } from "./http.ts";
import { slackMessage } from "./slack-words.ts";

export interface SlackBotSettings {
  readonly token: SecretReference;
  readonly channel: string;
  readonly endpoint: string;
  readonly deadlineMs: number;
}

const reply = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), channel: z.string().max(40), ts: z.string().max(40) }),
  z.object({ ok: z.literal(false), error: z.string().max(200) }),
]);

/** What may pass; every other error needs a person. */
const PASSING = new Set([
  "fatal_error",
  "internal_error",
  "ratelimited",
  "request_timeout",
  "service_unavailable",
]);
/** The message that would be changed is not there, or may not be changed any more. */
const GONE = new Set([
  "cant_update_message",
  "edit_window_closed",
  "message_not_found",
  "thread_not_found",
]);

class SlackRefusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`Slack says ${code}`);
    this.name = "SlackRefusal";
    this.code = code;
  }
}

type Call = (
  method: "chat.postMessage" | "chat.update",
  body: Readonly<Record<string, unknown>>,
) => Promise<Reference>;

/** Slack answers 200 with an error inside. */
function callBy(api: ChannelApi, signal: AbortSignal): Call {
  return async (method, body) => {
    const headers = { "content-type": "application/json; charset=utf-8" };
    const asked = { method: "POST", path: `/api/${method}`, body, reply, headers } as const;
    const { body: said } = await api.ask(asked, signal);
    if (said.ok) return { channel: said.channel, ts: said.ts };
    const { error } = said;
    if (PASSING.has(error)) throw new Error(`Slack: ${method}: ${error}`);
    const refusal = new SlackRefusal(error);
    throw new Undeliverable(`Slack: ${method}: ${error}`, refusal);
  };
}

const isGone = (error: unknown): boolean =>
  error instanceof Undeliverable && error.cause instanceof SlackRefusal && GONE.has(error.cause.code);

async function deliver(call: Call, channel: string, message: Message): Promise<Reference | undefined> {
  const { as, notice, reference } = message;
  if (as === "renew") return undefined;
  const content = slackMessage(notice);
  const { ts, channel: known } = reference ?? {};
  if (ts === undefined || known === undefined)
    return await call("chat.postMessage", { channel, ...content });
  try {
    // First what may be repeated: an attempt that ends between the two leaves no second answer.
    await call("chat.update", { channel: known, ts, ...content });
    // Who is to hear of it although the message is an old one: it is back, or it is over.
    const isBack = as === "open";
    const answer = { channel: known, thread_ts: ts, ...content, reply_broadcast: isBack };
    await call("chat.postMessage", answer);
    return undefined;
  } catch (error) {
    if (isGone(error)) return await call("chat.postMessage", { channel, ...content });
    throw error;
  }
}

export async function openSlackBot(
  { token: reference, channel, endpoint, deadlineMs }: SlackBotSettings,
  { name, readSecret, pacerOf }: ChannelSurroundings,
): Promise<Channel> {
  const token = await readSecret(`of channel ${name}`, reference);
  const api = openChannelApi({
    vendor: "Slack",
    base: endpoint,
    // One message a second is what Slack takes for one channel.
    pacer: pacerOf(`slack ${endpoint} ${channel}`, PER_SECOND, 2),
    secrets: [token],
    sign: () => ({ authorization: `Bearer ${token}` }),
  });
  return {
    deadlineMs,
    send: (message, signal) => deliver(callBy(api, signal), channel, message),
    close: () => api.close(),
  };
}

// Slack's chat.postMessage, chat.update and incoming webhooks as its public reference describes them.
import { openVendor, type Vendor, type VendorReply, type VendorRequest } from "./vendor.fixture.ts";

export interface SlackMessage {
  text: string;
  readonly threadTs: string | undefined;
  readonly ts: string;
}

export interface FakeSlack extends Vendor {
  readonly messages: SlackMessage[];
}

const CHANNEL = "C0123456789";
const plainText = {
  type: "object",
  additionalProperties: false,
  required: ["type", "text"],
  properties: {
    type: { const: "plain_text" },
    text: { type: "string", minLength: 1, maxLength: 3_000 },
    emoji: { type: "boolean" },
  },
};
const block = {
  type: "object",
  required: ["type"],
  oneOf: [
    {
      additionalProperties: false,
      required: ["text"],
      properties: { type: { const: "section" }, text: plainText },
    },
    {
      additionalProperties: false,
      required: ["elements"],
      properties: {
        type: { const: "context" },
        elements: { type: "array", minItems: 1, maxItems: 10, items: plainText },
      },
    },
  ],
};
const content = {
  // Of a post and of an update alike; 4,000 characters are shown.
  text: { type: "string", minLength: 1, maxLength: 4_000 },
  attachments: {
    type: "array",
    maxItems: 20,
    items: {
      type: "object",
      additionalProperties: false,
      properties: {
        color: { type: "string", pattern: "^#[0-9a-f]{6}$" },
        blocks: { type: "array", maxItems: 50, items: block },
      },
    },
  },
};
const channel = { type: "string", pattern: "^(#.+|[CGD][A-Z0-9]+)$" };
const timestamp = { type: "string", pattern: "^\\d{10}\\.\\d{6}$" };
const schemaOf = (required: readonly string[], more: object) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties: { ...content, ...more },
});

const refused = (error: string): VendorReply => ({ status: 200, body: { ok: false, error } });

export async function openFakeSlack(token: string, webhookPath: string): Promise<FakeSlack> {
  const messages: SlackMessage[] = [];
  const isKnown = ({ headers }: VendorRequest) => headers.authorization === `Bearer ${token}`;
  const add = (text: unknown, threadTs?: unknown): SlackMessage => {
    const ts = `1700000000.${String(messages.length + 1).padStart(6, "0")}`;
    const thread = typeof threadTs === "string" ? threadTs : undefined;
    const message = { text: String(text), threadTs: thread, ts };
    messages.push(message);
    return message;
  };
  const post = (request: VendorRequest): VendorReply => {
    if (!isKnown(request)) return refused("invalid_auth");
    const { channel: to, text, thread_ts: threadTs } = request.body;
    if (to !== CHANNEL && to !== "#ops") return refused("channel_not_found");
    const { ts } = add(text, threadTs);
    return { status: 200, body: { ok: true, channel: CHANNEL, ts, message: { text } } };
  };
  const update = (request: VendorRequest): VendorReply => {
    if (!isKnown(request)) return refused("invalid_auth");
    const { channel: to, text, ts } = request.body;
    // Unlike a post it takes no name.
    if (to !== CHANNEL) return refused("channel_not_found");
    const found = messages.find((one) => one.ts === ts);
    if (found === undefined) return refused("message_not_found");
    found.text = String(text);
    return { status: 200, body: { ok: true, channel: CHANNEL, ts, text } };
  };
  const hook = ({ body }: VendorRequest): VendorReply => {
    add(body["text"]);
    return { status: 200, body: "ok" };
  };
  const thread = { thread_ts: timestamp, reply_broadcast: { type: "boolean" } };
  const vendor = await openVendor([
    {
      method: "POST",
      pattern: /^\/api\/chat\.postMessage$/,
      schema: schemaOf(["channel", "text"], { channel, ...thread }),
      handle: post,
    },
    {
      method: "POST",
      pattern: /^\/api\/chat\.update$/,
      schema: schemaOf(["channel", "ts", "text"], { channel, ts: timestamp }),
      handle: update,
    },
    {
      method: "POST",
      pattern: new RegExp(`^${webhookPath}$`),
      schema: schemaOf(["text"], {}),
      handle: hook,
    },
  ]);
  return { ...vendor, messages };
}

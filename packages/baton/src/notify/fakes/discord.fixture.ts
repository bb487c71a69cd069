// Discord's webhooks as its public documents describe them: execute with wait, and edit.
import { openVendor, type Vendor, type VendorRequest } from "./vendor.fixture.ts";

export interface DiscordMessage {
  readonly id: string;
  title: string;
  color: number;
}

export interface FakeDiscord extends Vendor {
  readonly messages: DiscordMessage[];
  /** Somebody removes all of them. */
  clear(): void;
}

const payload = {
  type: "object",
  additionalProperties: false,
  required: ["embeds", "allowed_mentions"],
  properties: {
    content: { type: "string", maxLength: 2_000 },
    allowed_mentions: {
      type: "object",
      required: ["parse"],
      additionalProperties: false,
      properties: { parse: { type: "array", maxItems: 0 } },
    },
    embeds: {
      type: "array",
      minItems: 1,
      maxItems: 10,
      items: {
        type: "object",
        additionalProperties: false,
        properties: {
          title: { type: "string", maxLength: 256 },
          description: { type: "string", maxLength: 4_096 },
          color: { type: "integer", minimum: 0, maximum: 0xffffff },
          timestamp: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT" },
          footer: {
            type: "object",
            additionalProperties: false,
            required: ["text"],
            properties: { text: { type: "string", maxLength: 2_048 } },
          },
        },
      },
    },
  },
};

interface Embed {
  readonly title: string;
  readonly color: number;
}
const embedOf = ({ body }: VendorRequest): Embed => (body["embeds"] as readonly [Embed])[0];

/** `path`: /api/webhooks/ID/TOKEN. */
export async function openFakeDiscord(path: string): Promise<FakeDiscord> {
  const messages: DiscordMessage[] = [];
  const vendor = await openVendor([
    {
      method: "POST",
      pattern: new RegExp(`^${path}$`),
      schema: payload,
      handle: (request) => {
        const { title, color } = embedOf(request);
        const message = {
          id: String(1_100_000_000_000_000_000n + BigInt(messages.length)),
          title,
          color,
        };
        messages.push(message);
        // Without `wait` nothing is said of the message.
        const isWaiting = request.query.get("wait") === "true";
        return isWaiting ? { status: 200, body: { id: message.id, type: 0 } } : { status: 204 };
      },
    },
    {
      method: "PATCH",
      pattern: new RegExp(`^${path}/messages/(\\d+)$`),
      schema: payload,
      handle: (request) => {
        const found = messages.find(({ id }) => id === request.params[0]);
        if (found === undefined)
          return { status: 404, body: { message: "Unknown Message", code: 10_008 } };
        Object.assign(found, { title: embedOf(request).title, color: embedOf(request).color });
        return { status: 200, body: { id: found.id, type: 0 } };
      },
    },
  ]);
  return { ...vendor, messages, clear: () => void messages.splice(0) };
}

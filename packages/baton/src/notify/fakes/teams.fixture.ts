// The webhook of a Teams workflow as Microsoft's public documents describe it: an Adaptive Card in a message.
import { openVendor, type Vendor } from "./vendor.fixture.ts";

export interface FakeTeams extends Vendor {
  /** The first line of each card. */
  readonly cards: string[];
}

const textBlock = {
  type: "object",
  additionalProperties: false,
  required: ["type", "text"],
  properties: {
    type: { const: "TextBlock" },
    text: { type: "string", minLength: 1 },
    wrap: { type: "boolean" },
    isSubtle: { type: "boolean" },
    size: { enum: ["default", "small", "medium", "large", "extraLarge"] },
    weight: { enum: ["default", "lighter", "bolder"] },
    color: { enum: ["default", "dark", "light", "accent", "good", "warning", "attention"] },
    spacing: { enum: ["default", "none", "small", "medium", "large", "extraLarge", "padding"] },
  },
};
const card = {
  type: "object",
  additionalProperties: false,
  required: ["type", "version", "body"],
  properties: {
    $schema: { const: "http://adaptivecards.io/schemas/adaptive-card.json" },
    type: { const: "AdaptiveCard" },
    version: { enum: ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"] },
    body: { type: "array", minItems: 1, items: textBlock },
  },
};
const message = {
  type: "object",
  additionalProperties: false,
  required: ["type", "attachments"],
  properties: {
    type: { const: "message" },
    attachments: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["contentType", "content"],
        properties: {
          contentType: { const: "application/vnd.microsoft.card.adaptive" },
          contentUrl: { type: "null" },
          content: card,
        },
      },
    },
  },
};
/** Of a whole message. */
const BYTES_MAX = 28 * 1024;

interface Posted {
  readonly attachments: readonly [{ readonly content: { readonly body: readonly [{ text: string }] } }];
}

export async function openFakeTeams(path: string): Promise<FakeTeams> {
  const cards: string[] = [];
  const vendor = await openVendor([
    {
      method: "POST",
      pattern: new RegExp(`^${path}$`),
      schema: message,
      handle: ({ body, query }) => {
        if (query.get("sig") !== "a-secret-signature") return { status: 401, body: { error: {} } };
        if (Buffer.byteLength(JSON.stringify(body)) > BYTES_MAX) return { status: 413 };
        cards.push((body as unknown as Posted).attachments[0].content.body[0].text);
        return { status: 202 };
      },
    },
  ]);
  return { ...vendor, cards };
}

// A signed HTTP request to an application of the user's own, for every message.
import { createHmac } from "node:crypto";
import { z } from "zod";
import { secret } from "../../cluster/schema-values.ts";
import type { Channel, ChannelKind, ChannelSurroundings, Message } from "../channel.ts";
import { openChannelApi, partsOf, PER_SECOND } from "../http.ts";
import { timeout } from "./common.ts";

const settings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: "Expected a URL that begins with https:// or http://" })
    .max(2048)
    .refine((text) => URL.canParse(text) && new URL(text).username === "", {
      error: "Expected a URL without a user: the secret goes into the signature",
    })
    .meta({ description: "Where the request is sent. Redirects are not followed." }),
  secret: secret("BATON_NOTIFY_SECRET", "Signs the requests; the receiver has the same."),
  timeout: timeout(),
});
type Settings = z.output<typeof settings>;

function bodyOf({ notice, as, thread, number }: Message, cluster: string) {
  return { event: "notice", cluster, as, thread, number, notice };
}

function signed(key: string, body: string, wallMs: number): Readonly<Record<string, string>> {
  const ts = Math.floor(wallMs / 1_000);
  const signature = createHmac("sha256", key).update(`${ts}.${body}`).digest("hex");
  return { "x-baton-timestamp": String(ts), "x-baton-signature": `sha256=${signature}` };
}

async function open(
  { url, secret: reference, timeout: deadlineMs }: Settings,
  { name, cluster, readSecret, wallMs, pacerOf }: ChannelSurroundings,
): Promise<Channel> {
  const key = await readSecret(`of channel ${name}`, reference);
  const { origin, path, secrets } = partsOf(url);
  const api = openChannelApi({
    vendor: `webhook ${name}`,
    base: origin,
    pacer: pacerOf(`notify webhook ${origin}`, PER_SECOND * 10),
    secrets: [key, ...secrets],
    sign: ({ body }) => signed(key, body, wallMs()),
  });
  return {
    deadlineMs,
    async send(message, signal) {
      const { thread, number } = message;
      const headers = { "idempotency-key": `${thread}/${number}` };
      await api.ask({ method: "POST", path, body: bodyOf(message, cluster), headers }, signal);
      return undefined;
    },
    close: () => api.close(),
  };
}

export const webhook: ChannelKind<Settings> = {
  id: "webhook",
  summary: "sends each message as signed JSON to a receiver of your own",
  tier: "real",
  facts: {
    shown: "whatever the receiver makes of it: `as` says whether it opens, updates or closes",
    twice: "has the same `idempotency-key` as the first, `THREAD/NUMBER`: the receiver drops it",
    credential: "a secret that the receiver has too, such as `openssl rand -hex 24` makes one",
  },
  updates: () => true,
  settings,
  open,
};

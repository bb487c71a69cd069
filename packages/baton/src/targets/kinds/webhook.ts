// A signed HTTP request to an application of the user's own, at least once for every epoch.
import { createHmac } from "node:crypto";
import { z } from "zod";
import { duration, secret } from "../../cluster/schema-values.ts";
import { BatonError } from "../../errors.ts";
import { placeOf } from "../api/place.ts";
import { type Change, RouteRejected, type Surroundings, type TargetKind } from "../target.ts";

const settings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: "Expected a URL that begins with https:// or http://" })
    .max(2048)
    .refine((text) => URL.canParse(text) && new URL(text).username === "", {
      error: "Expected a URL without a user: the secret goes into the signature",
    })
    .meta({ description: "Where the request is sent. Redirects are not followed." }),
  secret: secret("BATON_WEBHOOK_SECRET", "Signs the requests; the receiver has the same."),
  timeout: duration(50, 60_000).prefault("5s").meta({ description: "How long one attempt may take." }),
  attempts: z
    .int()
    .min(1)
    .max(100)
    .default(20)
    .meta({ description: "After so many without success there is none until the next epoch." }),
});
type Settings = z.output<typeof settings>;

/** Not this time; another attempt may do. Every other refusal (4xx, a redirect) stays one. */
const TRY_AGAIN = new Set([408, 409, 425, 429]);

function bodyOf({ group, epoch, endpoint, from }: Change, ts: number): string {
  return JSON.stringify({ event: "primary", name: group, epoch, from: from ?? null, to: endpoint, ts });
}

async function deliver(
  { url, secret: reference }: Settings,
  change: Change,
  { readSecret, name, wallMs }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const key = await readSecret(`of target ${name}`, reference);
  const ts = Math.floor(wallMs() / 1000);
  const body = bodyOf(change, ts);
  // Its path may be a secret too, as with many chat services.
  const { origin } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      redirect: "manual",
      signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "baton",
        "idempotency-key": `${change.group}/${change.epoch}`,
        "x-baton-epoch": String(change.epoch),
        "x-baton-timestamp": String(ts),
        "x-baton-signature": `sha256=${createHmac("sha256", key).update(`${ts}.${body}`).digest("hex")}`,
      },
    });
  } catch (cause) {
    signal.throwIfAborted();
    const reason = (cause as Error).cause instanceof Error ? (cause as Error).cause : cause;
    throw new BatonError("UNREACHABLE", `${origin}: ${(reason as Error).message}`, { cause });
  }
  // The answer's text is nobody's business here; unread it would hold the connection.
  await response.body?.cancel();
  if (response.ok) return;
  const message = `${origin} answered ${response.status}`;
  const isPassing = response.status >= 500 || TRY_AGAIN.has(response.status);
  throw isPassing ? new BatonError("UNABLE", message) : new RouteRejected(message);
}

export const webhook: TargetKind<Settings> = {
  id: "webhook",
  summary: "sends a signed HTTP request with old and new primary and the epoch",
  fencing: "none",
  tier: "real",
  facts: {
    delay: "the receiver's own",
    clients: "whatever the receiver does for them",
    rights:
      "A secret that the receiver has too. It has to reject an epoch that is lower than one it had.",
    instead:
      "etcd or Consul, where a receiver may be away: a request that nobody takes is given up in the end",
  },
  reach: "shared",
  // A message that was sent cannot be taken back.
  followsEarly: false,
  settings,
  reachedAt: ({ url }) => [placeOf(url)],
  open(own, surroundings) {
    return Promise.resolve({
      deadlineMs: own.timeout,
      attemptsMax: own.attempts,
      write: (change, signal) => deliver(own, change, surroundings, signal),
    });
  },
};

// What every DigitalOcean target has in the cluster file: who asks, whom, and how often.
import { z } from "zod";
import type { SecretReference } from "../../../cluster/types.ts";
import { duration, HOUR_MS, name, secret } from "../../../cluster/schema-values.ts";
import { maySendSecret } from "../../api/secret-url.ts";

const endpoint = z
  .url({ protocol: /^https?$/, error: "Expected a URL that begins with https://" })
  .max(2048)
  .refine(maySendSecret, {
    error: "Expected https:// without a user, a query or a fragment; http:// only to this machine",
  })
  .transform((text) => text.replace(/\/+$/, ""));

const token = secret("DIGITALOCEAN_TOKEN", "A personal access token with custom scopes.");

export const common = {
  token,
  endpoint: endpoint.prefault("https://api.digitalocean.com").meta({
    description: "Where the API is, without /v2: another one only for a gateway of your own.",
  }),
  checkEvery: duration(1_000, HOUR_MS).prefault("30s").meta({
    description:
      "How often it is looked at while it is right. The vendor counts 5,000 requests an hour.",
  }),
};

/** Who asks, and whom. */
export interface Access {
  readonly token: SecretReference;
  readonly endpoint: string;
}

/** What only a person can make right is looked at again so often at the least. */
export const AGAIN_MS_MAX = 60_000;

export const timeout = (usual: string) =>
  duration(1_000, 600_000).prefault(usual).meta({ description: "How long one attempt may take." });

const isEachOnce = (ids: Readonly<Record<string, number>>): boolean =>
  new Set(Object.values(ids)).size === Object.keys(ids).length;

export const droplets = z
  .record(name(), z.int().min(1))
  .refine((ids) => Object.keys(ids).length > 0, { error: "Expected the droplet of every host" })
  .refine(isEachOnce, { error: "Expected another droplet for every host" })
  .meta({
    description:
      "The droplet id of every host that has a node of the group: `{ h1: 3164441, h2: 3164442 }`.",
  });

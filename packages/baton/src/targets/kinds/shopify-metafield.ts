// Shopify: keeps address, port and epoch of the primary in a metafield of an app's installation, in each of
// its shops.
import { z } from "zod";
import { maySendSecret } from "../api/secret-url.ts";
import { duration, optionalSecret, secret } from "../../cluster/schema-values.ts";
import type { TargetKind } from "../target.ts";
import { Admin } from "../vendors/shopify/admin.ts";
import { Shop } from "../vendors/shopify/shop.ts";
import { openShops } from "../vendors/shopify/shops.ts";

const SHOPS_MAX = 50;
const SHOP_WORD = "{shop}";

/** A token goes there: in the clear only within this machine. */
function isEndpoint(text: string): boolean {
  const example = text.replaceAll(SHOP_WORD, "example.myshopify.com");
  const isPlain = text.includes(SHOP_WORD) && !example.endsWith("/") && !/[\s?#]/.test(text);
  return isPlain && maySendSecret(example);
}

const oneShop = z.strictObject({
  shop: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com$/, {
      error: "Expected NAME.myshopify.com, in lower case",
    })
    .meta({ description: "The shop's own address at Shopify, whatever other domains it has." }),
  token: optionalSecret(
    "The app's Admin API access token in this shop; without it `client` asks for one.",
  ),
});

const client = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,128}$/, { error: "Expected a client id: letters, digits, _ and -" })
    .meta({ description: "The app's client id." }),
  secret: secret("SHOPIFY_CLIENT_SECRET", "The app's client secret."),
});

const settings = z.strictObject({
  shops: z
    .array(oneShop)
    .min(1)
    .max(SHOPS_MAX)
    .refine((shops) => new Set(shops.map(({ shop }) => shop)).size === shops.length, {
      error: "Expected each shop once",
    })
    .meta({ description: "Each is led for itself; the target is right when all are." }),
  client: client.optional().meta({
    description:
      "For shops without `token`: the app's own id and secret, with which it is given tokens of 24 hours. " +
      "Only for apps and shops of one organization.",
  }),
  namespace: z
    .string()
    .regex(/^\$app(:[A-Za-z0-9_-]{3,64})?$/, {
      error:
        "Expected $app, or $app: and 3 to 64 letters, digits, _ and -: no other app may write there",
    })
    .default("$app:failover")
    .meta({ description: "The metafield's namespace, which belongs to the app." }),
  key: z
    .string()
    .regex(/^[A-Za-z0-9_-]{2,64}$/, { error: "Expected 2 to 64 letters, digits, _ and -" })
    .default("redis_endpoint")
    .meta({ description: "The metafield's key; another for each group." }),
  apiVersion: z
    .string()
    .regex(/^\d{4}-(01|04|07|10)$/, { error: "Expected a version such as 2026-07" })
    .default("2026-07")
    .meta({ description: "Of the Admin API. Shopify serves each for a year." }),
  endpoint: z
    .string()
    .max(2048)
    .refine(isEndpoint, {
      error:
        "Expected https://..., with {shop} in it, and nothing behind its path; http:// only for loopback",
    })
    .default(`https://${SHOP_WORD}`)
    .meta({ description: "Where requests go; `{shop}` stands for the shop. Another for a gateway." }),
  checkEvery: duration(1_000, 3_600_000)
    .prefault("30s")
    .meta({ description: "How often the shops are looked at while they are right." }),
  timeout: duration(1_000, 120_000).prefault("12s").meta({
    description: "How long one attempt may take; a shop that does not answer has a part of it.",
  }),
});

const known = settings.refine(
  ({ shops, client: own }) => own !== undefined || shops.every(({ token }) => token !== undefined),
  { path: ["shops"], error: "Expected a token for each shop, or client" },
);
type Settings = z.output<typeof known>;

export const shopifyMetafield: TargetKind<Settings> = {
  id: "shopify-metafield",
  summary: "keeps the primary's address in a metafield of an app's installation, in each of its shops",
  fencing: "compare-and-set",
  tier: "schema",
  facts: {
    delay: "three requests to each shop, about a second; then until the app reads it again",
    clients:
      "nothing is cut: the app has to read the metafield at its start, and after an error of Redis",
    rights:
      "An Admin API access token of the app, or its client id and secret. No access scope: an app may " +
      "always read and write metafields of its own installation in its own namespace `$app`.",
    instead:
      "the router or HAProxy beside the app, or etcd, Consul or DNS: a metafield is one write for each " +
      "shop, and Shopify has to be there. Only for apps that read their settings from their installation",
  },
  reach: "shared",
  // Whoever reads an address that is withdrawn keeps it until it looks again.
  followsEarly: false,
  settings: known,
  open({ shops, client: own, namespace, key, apiVersion, endpoint, checkEvery, timeout }, surroundings) {
    const opened = shops.map(({ shop: domain, token }) => {
      const base = endpoint.replaceAll(SHOP_WORD, domain);
      const admin = new Admin({ domain, base, apiVersion, token, client: own, surroundings });
      return new Shop({ admin, apiVersion, namespace, key });
    });
    return Promise.resolve(openShops(opened, { timeoutMs: timeout, checkEveryMs: checkEvery }));
  },
};

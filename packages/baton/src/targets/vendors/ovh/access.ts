// What the cluster file says about an account at OVHcloud: who asks, and where its API is.
import { z } from "zod";
import { secret } from "../../../cluster/schema-values.ts";
import { maySendSecret } from "../../api/secret-url.ts";

interface Places {
  /** Of API v1, without a slash at its end. */
  readonly base: string;
  /** Where a service account gets its tokens; undefined when nobody has said so. */
  readonly tokenUrl: string | undefined;
}

const REGIONS: ReadonlyMap<string, Places> = new Map(
  Object.entries({
    eu: { base: "https://eu.api.ovh.com/1.0", tokenUrl: "https://www.ovh.com/auth/oauth2/token" },
    ca: { base: "https://ca.api.ovh.com/1.0", tokenUrl: "https://ca.ovh.com/auth/oauth2/token" },
    us: {
      base: "https://api.us.ovhcloud.com/1.0",
      tokenUrl: "https://us.ovhcloud.com/auth/oauth2/token",
    },
  }),
);

/** What a token is sent to: encrypted, unless it never leaves the machine. */
const isPlace = (text: string): boolean => !text.endsWith("/") && maySendSecret(text);
const PLACE =
  "a URL with https:// (http:// for a loopback address only), without user, query and last slash";

/** Keys of every kind that asks OVHcloud's API v1; a kind spreads them into its own table. */
export const ovhAccess = {
  endpoint: z
    .string()
    .max(2048)
    .refine((text) => REGIONS.has(text) || isPlace(text), { error: `Expected eu, ca, us, or ${PLACE}` })
    .default("eu")
    .meta({
      description:
        "Whose customer you are: `eu`, `ca` or `us`; or the URL of a gateway, with its `/1.0`.",
    }),
  credentials: z
    .enum(["application", "service-account"])
    .default("application")
    .meta({
      description:
        "`application`: key, secret and consumer key, which sign every request; `service-account`: an " +
        "OAuth2 client, whose rights are an IAM policy.",
    }),
  applicationKey: secret("OVH_APPLICATION_KEY", "Of an application. Read for `application` only."),
  applicationSecret: secret("OVH_APPLICATION_SECRET", "Of an application. Read for `application` only."),
  consumerKey: secret(
    "OVH_CONSUMER_KEY",
    "The application's right to act for your account. Read for `application` only.",
  ),
  clientId: secret("OVH_CLIENT_ID", "Of a service account. Read for `service-account` only."),
  clientSecret: secret("OVH_CLIENT_SECRET", "Of a service account. Read for `service-account` only."),
  tokenUrl: z
    .string()
    .max(2048)
    .refine(isPlace, { error: `Expected ${PLACE}` })
    .optional()
    .meta({ description: "Where a service account gets its tokens, when `endpoint` is a URL." }),
};

export type OvhAccess = z.output<z.ZodObject<typeof ovhAccess>>;

export function placesOf({ endpoint, tokenUrl }: OvhAccess): Places {
  const known = REGIONS.get(endpoint);
  return { base: known?.base ?? endpoint, tokenUrl: tokenUrl ?? known?.tokenUrl };
}

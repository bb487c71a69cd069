// Keystone's login: what is sent for a token, and what the answer says about rights and where Octavia is.
import { z } from "zod";
import { BatonError } from "../../../errors.ts";
import { type Credentials, isPlace } from "./access.ts";

const endpoint = z.object({
  interface: z.string(),
  region_id: z.string().nullish(),
  region: z.string().nullish(),
  url: z.string().max(2048),
});
export const tokenReply = z.object({
  token: z.object({
    roles: z
      .array(z.object({ name: z.string().max(255) }))
      .max(200)
      .default([]),
    catalog: z
      .array(z.object({ type: z.string(), endpoints: z.array(endpoint).max(1_000) }))
      .max(1_000)
      .default([]),
  }),
});
export type TokenReply = z.output<typeof tokenReply>;

/** A token goes into a header: nothing else may come with it. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;

export const isToken = (text: string | undefined): text is string =>
  text !== undefined && TOKEN.test(text);

/** The body of POST /auth/tokens. An application credential has its project in itself. */
export function loginBody(credentials: Credentials): unknown {
  if (credentials.kind === "application") {
    const { id, secret } = credentials;
    return {
      auth: {
        identity: { methods: ["application_credential"], application_credential: { id, secret } },
      },
    };
  }
  const { user: name, domain, project, secret } = credentials;
  const user = { name, domain: { name: domain }, password: secret };
  return {
    auth: {
      identity: { methods: ["password"], password: { user } },
      scope: { project: { id: project } },
    },
  };
}

export interface Wanted {
  readonly region: string;
  readonly interface: string;
}

const NAMES_MAX = 20;

/**
 * Octavia's URL in the catalog, without its version and without a slash at its end.
 * @throws BatonError UNABLE with the regions that there are, or for a URL to which a token would go in the
 *   clear.
 */
export function octaviaIn({ token }: TokenReply, wanted: Wanted): string {
  const endpoints = token.catalog
    .filter(({ type }) => type === "load-balancer")
    .flatMap(({ endpoints }) => endpoints)
    .filter((one) => one.interface === wanted.interface);
  const regionOf = ({ region_id, region }: z.output<typeof endpoint>) => region_id ?? region ?? "";
  const found = endpoints.find((one) => regionOf(one) === wanted.region);
  if (found === undefined) {
    const regions = [...new Set(endpoints.map(regionOf))].toSorted().slice(0, NAMES_MAX);
    const there = regions.length === 0 ? "none at all" : regions.join(", ");
    throw new BatonError(
      "UNABLE",
      `Keystone's catalog has no load-balancer with interface ${wanted.interface} in region ` +
        `${wanted.region}; it has ${there}`,
    );
  }
  const base = found.url.replace(/\/+$/, "").replace(/\/v2(\.\d+)?$/, "");
  if (isPlace(base)) return base;
  throw new BatonError(
    "UNABLE",
    "Keystone's catalog leads to Octavia over plain http, which would show the token to everybody on the " +
      "way; name its URL with https:// as octavia",
  );
}

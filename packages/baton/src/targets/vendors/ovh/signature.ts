// How OVHcloud's API v1 wants a request signed: a hash over what is sent, and when.
import { createHash } from "node:crypto";

export interface SignedRequest {
  readonly method: string;
  /** Whole, with its query. */
  readonly url: string;
  /** The bytes that are sent; empty when there are none. */
  readonly body: string;
}

export interface ApplicationKeys {
  readonly applicationKey: string;
  readonly applicationSecret: string;
  readonly consumerKey: string;
}

/** The headers of a request that is signed at a time of OVHcloud's, in seconds since 1970. */
export function signatureHeaders(
  keys: ApplicationKeys,
  { method, url, body }: SignedRequest,
  atSeconds: number,
): Readonly<Record<string, string>> {
  const { applicationKey, applicationSecret, consumerKey } = keys;
  const signed = [applicationSecret, consumerKey, method, url, body, String(atSeconds)].join("+");
  return {
    "x-ovh-application": applicationKey,
    "x-ovh-consumer": consumerKey,
    "x-ovh-timestamp": String(atSeconds),
    "x-ovh-signature": `$1$${createHash("sha1").update(signed).digest("hex")}`,
  };
}

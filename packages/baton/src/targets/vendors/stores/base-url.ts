// Addresses of servers as a cluster file has them: http or https, without a user in them, and none to which
// a secret would go readable by the network.
import { z } from "zod";
import { isBareUrl } from "../../api/secret-url.ts";

/** A URL that paths are appended to: without a slash at its end. */
export const baseUrl = () =>
  z
    .url({ protocol: /^https?$/, error: "Expected a URL that begins with https:// or http://" })
    .max(2048)
    .refine(isBareUrl, {
      error: "Expected a URL without a user, a query or a fragment: secrets have settings of their own",
    })
    .transform((text) => text.replace(/\/+$/, ""));

export const IN_THE_CLEAR = "Expected https://: over http:// the network could read the secret";
